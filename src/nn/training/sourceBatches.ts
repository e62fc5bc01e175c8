import { ImagoError, shown } from "../../engine/errors.js";
import type { Batch } from "../data/batch.js";
import { makeColumns } from "../data/columns.js";
import { checkOneBatch } from "../network/batching.js";
import type { Network } from "../network/network.js";
import type { BatchSource } from "./fitOptions.js";

/** What of a source is read. */
export interface SourcePass {
  readonly epoch: number;
  /** Leaves out that many batches at the start. */
  readonly skip: number;
  /** How many batches an epoch is to have. `undefined`: all that come. */
  readonly steps: number | undefined;
}

/** All of a source's first epoch. */
export const wholePass: SourcePass = { epoch: 0, skip: 0, steps: undefined };

/** A batch as a source gave it, and what errors call it. */
export interface SourceEntry {
  readonly where: string;
  readonly entry: unknown;
}

/** What a source may be, for errors. */
const help =
  "A source is an iterable or an async iterable of batches, [x, y] or [x, y, sampleWeight], or a function of the epoch's number " +
  "that gives one, such as an async function*.";

/**
 * The entries of one pass over a source, as it gives them.
 *
 * @param what who reads it, as errors name it
 * @throws ImagoError when it is no iterable or gives none, and when it ends before the epoch's steps, naming both counts
 */
export async function* sourceEntries(
  what: string,
  source: BatchSource<unknown, unknown>,
  { epoch, skip, steps }: SourcePass,
): AsyncIterable<SourceEntry> {
  const from = typeof source === "function" ? source.from : undefined;
  const seeks = skip > 0 && from !== undefined;
  let count = seeks ? skip : 0;
  const given: unknown = seeks ? from(epoch, skip) : typeof source === "function" ? source(epoch) : source;
  for await (const entry of iterableOf(what, given)) {
    const where = `${what}: batch ${count}`;
    if (count++ < skip) continue;
    yield { where, entry };
  }
  const batches = `${count} ${count === 1 ? "batch" : "batches"}`;
  if (count < skip) {
    throw new ImagoError(`${what}: the source has ${batches}, and the epoch was to go on after ${skip}.`, {
      help: "Give it as it was when the epoch was begun, or go on from an epoch's beginning.",
    });
  }
  // A source without any batch is told of by who reads it.
  if (count === 0 || steps === undefined || count >= steps) return;
  throw new ImagoError(
    `${what}: stepsPerEpoch is ${steps}, and the source gave ${batches} in epoch ${epoch}.`,
    {
      help: "Leave stepsPerEpoch out for epochs of all that it gives, or let it give more.",
    },
  );
}

function iterableOf(what: string, given: unknown): AsyncIterable<unknown> | Iterable<unknown> {
  if (isIterable(given)) return given;
  throw new ImagoError(`${what}: the source must give an iterable of batches, and gave ${shown(given)}.`, {
    help,
  });
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return [Symbol.asyncIterator, Symbol.iterator].some((key) => typeof Reflect.get(value, key) === "function");
}

/**
 * The batches of one pass over a source, converted and checked.
 *
 * @param what who reads it, as errors name it
 * @throws when an entry is not `[x, y]` or `[x, y, sampleWeight]`, and on data that do not fit, naming the batch; as
 *   {@link sourceEntries} does
 */
export async function* sourceBatches<X, Y>(
  what: string,
  model: Network,
  source: BatchSource<X, Y>,
  pass: SourcePass,
): AsyncIterable<Batch> {
  const { inputs, outputs } = model;
  const { heads } = model.compiled;
  for await (const { where, entry } of sourceEntries(what, source, pass)) {
    if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) {
      throw new ImagoError(`${where}: expected [x, y] or [x, y, sampleWeight]`);
    }
    const [x, y, sampleWeight] = entry as readonly unknown[];
    const batch = makeColumns(where, { inputs, outputs, heads }, { x, y, sampleWeight });
    checkOneBatch(where, model, batch.size);
    yield batch;
  }
}
