import { lambdaCallback } from "../../callbacks/lambdaCallback.js";
import { stepsPerEpoch, trainOrResume } from "./run.js";

// node --import tsx child.ts CHECKPOINT RESULT: trains, or goes on, and tells of every finished batch.
const [checkpoint = "", result = ""] = process.argv.slice(2);
const write = (step: number): void => void process.stdout.write(`${step}\n`);
const tell = lambdaCallback({
  onEpochBegin: ({ epoch, step }) => write(epoch * stepsPerEpoch + step),
  onBatchEnd: (_, { epoch, step }) => write(epoch * stepsPerEpoch + step),
});
await trainOrResume(checkpoint, result, [tell]);
process.stdout.write("done\n");
