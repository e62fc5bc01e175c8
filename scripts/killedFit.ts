/**
 * A program that trains, or goes on, with a checkpoint every few steps, and says what is saved; kill-commands.ts kills it.
 *
 *     npx tsx scripts/killedFit.ts CHECKPOINT RESULT
 */
import { trainOrResume } from "../src/nn/files/testing/run.js";
import type { Callback } from "../src/nn/training/callback.js";

const [checkpoint = "", result = ""] = process.argv.slice(2);
const tell: Callback = {
  name: "tell",
  // Behind the checkpoint among the callbacks, so that what is told is saved.
  onSettled: (moment, { epoch, step }) => {
    if (moment === "epoch" || step % 2 === 0) process.stdout.write(`saved ${epoch} ${step}\n`);
  },
};
await trainOrResume(checkpoint, result, [tell]);
process.stdout.write("done\n");
