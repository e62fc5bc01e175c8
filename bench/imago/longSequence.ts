import { report, timeEach } from "../measure.js";
import { charNetwork } from "./charNetwork.js";
import { version } from "./version.js";

const length = Number(process.argv[2] ?? 1000);
const { network, x, y } = charNetwork({ batch: 8, length });
report(await timeEach(() => network.trainOnBatch(x, y), 1, 0), version, { length });
await network.dispose();
