import type { Generator } from "../../../engine/random/generator.js";

/** Batches that are drawn together, before they are sorted by length. */
const together = 8;

/** What an order of batches is made of. */
export interface BatchOrderOptions {
  /** Of each item. */
  readonly lengths: ArrayLike<number>;
  readonly batchSize: number;
  /** The parent of each pass's own generator. */
  readonly random: Generator;
}

/**
 * The items of each batch of one pass: all items in a new order, with items of like length together, so that little is padded; the
 * batches in a new order too. The last items of a pass that fill no batch begin with others of the same pass.
 *
 * @param pass from 0; its order is a function of the generator's seed and this number alone
 */
export function batchesOfPass({ lengths, batchSize, random }: BatchOrderOptions, pass: number): Int32Array[] {
  const own = random.split(pass);
  const order = own.permutation(lengths.length);
  const size = Math.min(batchSize, lengths.length);
  const batches: Int32Array[] = [];
  for (let from = 0; from < order.length; from += together * size) {
    const drawn = order.slice(from, from + together * size);
    // A batch that is not full would weigh its few items more.
    const missing = (size - (drawn.length % size)) % size;
    const filled = Int32Array.from([...drawn, ...order.slice(0, missing)]);
    const sorted = filled.sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
    for (let at = 0; at < sorted.length; at += size) batches.push(sorted.slice(at, at + size));
  }
  return Array.from(own.permutation(batches.length), (at) => batches[at] as Int32Array);
}

/** Batches in a pass. */
export function stepsInPass(items: number, batchSize: number): number {
  return Math.ceil(items / Math.min(batchSize, items));
}

/** The items of each batch from a step on, pass after pass, without an end. */
export function* batchesFrom(options: BatchOrderOptions, step: number): Iterable<Int32Array> {
  const each = stepsInPass(options.lengths.length, options.batchSize);
  for (let pass = Math.floor(step / each), at = step % each; ; pass++, at = 0) {
    yield* batchesOfPass(options, pass).slice(at);
  }
}
