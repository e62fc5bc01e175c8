import { report, timeEach } from "../measure.js";
import { charLstm } from "./charLstm.js";
import { version } from "./version.js";

const { network, x, y } = charLstm();
report(await timeEach(() => network.trainOnBatch(x, y), 40, 8), version);
await network.dispose();
