import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import type { ImageFolder } from "../../src/data.js";
import { readFileChecked } from "../../src/engine/files/readFileChecked.js";
import { saveModel, type Tensor } from "../../src/index.js";
import { explained } from "./explained.js";
import { trainingNetwork } from "./network.js";
import { recipeOf } from "./recipe.js";
import { folderOf, trainingPictures } from "./tinyImageNet.js";
import { trainOn } from "./training.js";
import { unfoldInto } from "./unfolded.js";

interface Flags {
  readonly out: string;
  readonly from?: string;
  readonly sitting?: string;
}

/** Trains the network in the box, or goes on where an earlier sitting stopped. */
async function train(given: string, { out, from, sitting }: Flags): Promise<void> {
  const folder = folderOf(given);
  await mkdir(out, { recursive: true });
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("interrupted")));
  process.once("SIGTERM", () => stop.abort(new Error("ended")));
  const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const number = Number(sitting ?? (from === undefined ? 1 : 2));
  const recipe = recipeOf(number);
  const before = from === undefined ? undefined : await readFileChecked(from);
  const data = await trainingPictures(folder, join(out, "pictures"), recipe.seed);
  try {
    say(`${data.train.size} pictures to train on, ${data.validation.size} held out`);
    await data.prepare();
    const network = trainingNetwork(data.classes.length, recipe.seed);
    if (before !== undefined) await unfoldInto(network, before, await somePictures(data));
    const checkpoint = number === 1 ? "checkpoint" : `checkpoint-${number}`;
    const history = await trainOn(network, {
      recipe,
      data,
      folder: out,
      checkpoint,
      signal: stop.signal,
      say,
    });
    if (history.stopped === undefined) {
      await saveModel(network, join(out, "trained"));
      say("trained");
    } else {
      say(`stopped: ${history.stopped}; the same command goes on from the last checkpoint`);
      process.exitCode = 1;
    }
  } finally {
    await data.close();
  }
}

/** Some hundred of the training pictures, as they are. */
async function somePictures(data: ImageFolder): Promise<Tensor> {
  const source = data.train.batches({ batchSize: 512, augment: false });
  for await (const [pixels] of source(0) as AsyncIterable<readonly [Tensor, Tensor]>) return pixels;
  throw new Error("there are no pictures");
}

await new Command("train")
  .argument("<folder>", "tiny-imagenet-200, or the folder that it is in")
  .option("--out <folder>", "checkpoints, the curve and decoded pictures", "training-pictures")
  .option("--from <file>", "go on from an imago-tiny.onnx of an earlier sitting, by another cycle")
  .option("--sitting <number>", "which cycle (default: 1, with --from 2)")
  .action(train)
  .parseAsync()
  .catch(explained);
