import type { Generator } from "../../engine/random/generator.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Batch } from "./batch.js";
import { gatherRows, sliceRows } from "./rows.js";

/** Data in memory, checked and converted: one row for each sample. */
export interface Columns {
  readonly size: number;
  readonly inputs: readonly Tensor[];
  readonly targets: readonly (Tensor | undefined)[];
  readonly weights: readonly (Tensor | undefined)[];
  /** The weights without those of classes, which count in training alone. Default: the same. */
  readonly plainWeights?: readonly (Tensor | undefined)[] | undefined;
  /** What else batches carry, by name and by row. Default: nothing. */
  readonly extras?: Readonly<Record<string, Tensor>> | undefined;
}

type Rows = (tensor: Tensor) => Tensor;

/** The same data as they are measured: without weights of classes. */
export function measuredColumns({ plainWeights, weights, ...columns }: Columns): Columns {
  return { ...columns, weights: plainWeights ?? weights };
}

function batchOf({ inputs, targets, weights, extras }: Columns, size: number, rows: Rows): Batch {
  const optional = (tensor: Tensor | undefined): Tensor | undefined =>
    tensor === undefined ? undefined : rows(tensor);
  const batch = {
    size,
    inputs: inputs.map(rows),
    targets: targets.map(optional),
    weights: weights.map(optional),
  };
  if (extras === undefined) return batch;
  const own = Object.entries(extras).map(([name, tensor]) => [name, rows(tensor)] as const);
  return { ...batch, extras: Object.fromEntries(own) };
}

/** The samples from `from` to `to`, looking at the same memory. */
export function rangeOf(columns: Columns, from: number, to: number): Columns {
  return batchOf(columns, to - from, (tensor) => sliceRows(tensor, from, to));
}

/** Some of the samples, in the order of `rows`, copied; a number may come more than once. */
export function pickColumns(columns: Columns, rows: ArrayLike<number>): Columns {
  const pick: Rows = (tensor) => gatherRows(tensor, rows);
  const plain = columns.plainWeights?.map((tensor) => tensor && pick(tensor));
  return { ...batchOf(columns, rows.length, pick), ...(plain === undefined ? {} : { plainWeights: plain }) };
}

/**
 * Batches in order, or in an order drawn from `shuffle`; the last may be smaller.
 *
 * @param skip leaves out that many batches at the start, as when an epoch is resumed
 */
export function* batches(
  columns: Columns,
  batchSize: number,
  shuffle?: Generator,
  skip = 0,
): Iterable<Batch> {
  const order = shuffle?.permutation(columns.size);
  for (let from = skip * batchSize; from < columns.size; from += batchSize) {
    const to = Math.min(from + batchSize, columns.size);
    yield order === undefined
      ? rangeOf(columns, from, to)
      : batchOf(columns, to - from, (tensor) => gatherRows(tensor, order.subarray(from, to)));
  }
}
