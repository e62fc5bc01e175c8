import { Handed } from "../../../engine/workers/threadMessages.js";
import { codec } from "../../images/codec.js";
import { makeBatch } from "./batchTask.js";
import type { BatchJob, BatchResult, PreparedPicture, PrepareJob } from "./jobs.js";
import { preparePictures } from "./prepareTask.js";

// What the threads of a folder of pictures do.

/** One core a picture, since there are as many pictures at work as cores; and nothing is kept of what will not come again. */
async function setUp(): Promise<void> {
  const sharp = await codec();
  sharp.concurrency(1);
  sharp.cache(false);
}

let ready: Promise<void> | undefined;

export async function batch(job: BatchJob): Promise<Handed<BatchResult>> {
  if (job.from.kind === "files") {
    ready ??= setUp();
    await ready;
  }
  const result = await makeBatch(job);
  return new Handed(result, [result.x.buffer, result.y.buffer]);
}

export async function prepare(job: PrepareJob): Promise<PreparedPicture[]> {
  ready ??= setUp();
  await ready;
  return preparePictures(job);
}
