import { Tensor } from "../../../engine/tensor/tensor.js";
import { paddedLength } from "./paddedLength.js";

/** Tokens, what comes next, and what each position counts. */
export type TokenBatch = readonly [x: Tensor<"int32">, y: Tensor<"int32">, weight: Tensor<"float32">];

/**
 * What the weights of a batch make of its loss, which is a mean over all positions, padded ones too: the mean over the positions that
 * are not, or the sum over an item's positions, averaged over the items.
 */
export type LossOver = "tokens" | "items";

/**
 * Whole items side by side: each begins with the boundary and ends with it, and is padded behind that.
 *
 * @param items numbers of their tokens, without boundaries
 * @returns x int32 `[items, length]`, y int32 `[items, length]`, weights float32 `[items, length]`, 0 where it is padded
 */
export function tokenBatch(items: readonly Int32Array[], over: LossOver): TokenBatch {
  const longest = items.reduce((most, { length }) => Math.max(most, length), 0) + 1;
  const length = paddedLength(longest);
  const shape = [items.length, length];
  const [x, y] = [new Int32Array(items.length * length), new Int32Array(items.length * length)];
  const weight = new Float32Array(items.length * length);
  const tokens = items.reduce((sum, item) => sum + item.length + 1, 0);
  const each = over === "tokens" ? (items.length * length) / tokens : length;
  items.forEach((item, row) => {
    const from = row * length;
    x.set(item, from + 1);
    y.set(item, from);
    weight.fill(each, from, from + item.length + 1);
  });
  return [new Tensor("int32", shape, x), new Tensor("int32", shape, y), new Tensor("float32", shape, weight)];
}

/** Items in batches, the shortest first. */
export function* measuredBatches(items: readonly Int32Array[], batchSize: number): Iterable<TokenBatch> {
  const sorted = items.toSorted((a, b) => a.length - b.length);
  for (let from = 0; from < sorted.length; from += batchSize) {
    yield tokenBatch(sorted.slice(from, from + batchSize), "items");
  }
}
