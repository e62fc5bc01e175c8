import { ImagoError } from "../../engine/errors.js";
import type { Batch } from "../data/batch.js";
import { makeColumns } from "../data/columns.js";
import { checkOneBatch } from "../network/batching.js";
import type { Network } from "../network/network.js";
import type { BatchSource } from "./fitOptions.js";

/**
 * The batches of one pass over a source, converted and checked.
 *
 * @param what who reads it, as errors name it
 * @param skip leaves out that many batches at the start
 * @throws when an entry is not `[x, y]` or `[x, y, sampleWeight]`, and on data that do not fit, naming the batch
 */
export async function* sourceBatches<X, Y>(
  what: string,
  model: Network,
  source: BatchSource<X, Y>,
  epoch: number,
  skip: number,
): AsyncIterable<Batch> {
  const { inputs, outputs } = model;
  const { heads } = model.compiled;
  let index = 0;
  for await (const entry of typeof source === "function" ? source(epoch) : source) {
    const where = `${what}: batch ${index}`;
    if (index++ < skip) continue;
    if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) {
      throw new ImagoError(`${where}: expected [x, y] or [x, y, sampleWeight]`);
    }
    const [x, y, sampleWeight] = entry as readonly [X, Y, unknown?];
    const batch = makeColumns(where, { inputs, outputs, heads }, { x, y, sampleWeight });
    checkOneBatch(where, model, batch.size);
    yield batch;
  }
  if (index >= skip) return;
  throw new ImagoError(
    `${what}: the source has ${index} batches, and the epoch was to go on after ${skip}.`,
    {
      help: "Give it as it was when the epoch was begun, or go on from an epoch's beginning.",
    },
  );
}

/** Whether the first argument of `fit` is a source of batches rather than data. */
export function isSource(x: unknown): x is BatchSource<unknown, unknown> {
  if (typeof x === "function") return true;
  if (typeof x !== "object" || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || Symbol.iterator in x;
}
