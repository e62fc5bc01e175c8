import { charNetwork } from "./charNetwork.js";
import { reportSteps } from "./steps.js";

const { network, x, y } = charNetwork({ cell: process.argv[2] === "gru" ? "gru" : "lstm" });
await reportSteps(network, x, y, { count: 40, warmUp: 8 });
