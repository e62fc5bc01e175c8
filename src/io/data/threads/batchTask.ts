import { Generator } from "../../../engine/random/generator.js";
import { decodePicture } from "../../images/decodePicture.js";
import { drawChange } from "../augment/draw.js";
import { reducePicture } from "../augment/reduce.js";
import { changePicture } from "../augment/warp.js";
import { DamagedRecord, readRecord } from "../cache/readRecord.js";
import { inFlight } from "./inFlight.js";
import type { BatchJob, BatchResult, Unread } from "./jobs.js";
import { mixBatch } from "./mixBatch.js";
import { readBytes } from "./readBytes.js";
import { reasonOf } from "./reasonOf.js";

/** Makes a batch. Pictures that cannot be read are left out of it and told of. */
export async function makeBatch(job: BatchJob): Promise<BatchResult> {
  const { labels, size } = job;
  const count = labels.length;
  const length = size[0] * size[1] * 3;
  const x = job.dtype === "uint8" ? new Uint8Array(count * length) : new Float32Array(count * length);
  const unread: Unread[] = [];
  const damaged: number[] = [];
  const place = placing(job, x, length);
  await inFlight(count, async (at) => {
    let pixels: Uint8Array;
    try {
      pixels = await pixelsOf(job, at);
    } catch (error) {
      // A damaged cache is no fault of a picture's.
      if (error instanceof DamagedRecord) {
        damaged.push(at);
        return;
      }
      if (job.from.kind === "cache") throw error;
      unread.push({ at, reason: reasonOf(job.from.files[at]?.path ?? "", error) });
      return;
    }
    place(at, pixels);
  });
  if (damaged.length > 0) return { x: x.slice(0, 0), y: new Int32Array(0), count: 0, unread: [], damaged };
  unread.sort((a, b) => a.at - b.at);
  const result = compacted(job, x, length, unread);
  mixBatch(job, result);
  return result;
}

function pixelsOf({ from, settings }: BatchJob, at: number): Promise<Uint8Array> | Uint8Array {
  if (from.kind === "cache") return readRecord(from, at, settings.size);
  const { path, file } = from.files[at] as (typeof from.files)[number];
  return decodePicture(path, readBytes(path, file).bytes, settings);
}

/** Puts pictures, changed as they are to be, into their places. */
function placing(
  { settings, size, augment, random: { seed, part, epoch, pictures } }: BatchJob,
  x: Float32Array | Uint8Array,
  length: number,
): (at: number, pixels: Uint8Array) => void {
  const reduced = (pixels: Uint8Array): Uint8Array => reducePicture(pixels, settings.size, size);
  if (augment === undefined) return (at, pixels) => x.set(reduced(pixels), at * length);
  const random = new Generator(seed).split("augment").split(part).split(epoch);
  const scratch = new Float32Array(length);
  return (at, pixels) => {
    const change = drawChange(random.split(pictures[at] as number), augment);
    if (x instanceof Float32Array) {
      changePicture(reduced(pixels), size, change, x.subarray(at * length, (at + 1) * length));
    } else {
      changePicture(reduced(pixels), size, change, scratch);
      for (let index = 0; index < length; index++)
        x[at * length + index] = Math.round(scratch[index] as number);
    }
  };
}

/** The batch without the places of pictures that could not be read, and its targets. */
function compacted(
  { labels, classes }: BatchJob,
  x: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  length: number,
  unread: readonly Unread[],
): BatchResult {
  const missing = new Set(unread.map(({ at }) => at));
  const kept = [...labels.keys()].filter((at) => !missing.has(at));
  if (missing.size > 0) {
    kept.forEach((from, to) => {
      x.copyWithin(to * length, from * length, (from + 1) * length);
    });
  }
  const left = Int32Array.from(kept, (at) => labels[at] as number);
  const count = kept.length;
  const whole = missing.size === 0 ? x : x.slice(0, count * length);
  return { x: whole, y: classes === 0 ? left : oneHot(left, classes), count, unread };
}

function oneHot(labels: Int32Array, classes: number): Float32Array<ArrayBuffer> {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, at) => {
    targets[at * classes + label] = 1;
  });
  return targets;
}
