import { Tensor } from "../../../engine/tensor/tensor.js";
import { paddedLength } from "../items/paddedLength.js";
import type { EncodedStrokes } from "./strokeItem.js";
import { inputSize, pointSize } from "./strokeNetwork.js";

/** Sizes that all batches of a task have in common. */
export interface StrokeBatchShape {
  /** Letters of the alphabet; 0 for a network that is given none. */
  readonly letters: number;
  readonly labels: number;
  /** Letters of the longest text. */
  readonly longestText: number;
}

/** What a network reads, what comes next, and what each point counts. */
export type StrokeBatch = readonly [
  x: Readonly<Record<string, Tensor<"float32">>>,
  y: Tensor<"float32">,
  weight: Tensor<"float32">,
];

/**
 * Whole items side by side, padded behind their last point. Each is read from a point that goes nowhere on.
 *
 * @param over what weights make of the loss, which is a mean over all positions: the mean over points, the end of each item included
 *   in what is learnt; or the sum over an item's points, averaged over the items, without what the end costs
 * @returns x points `[items, length, 4 + labels]` and perhaps letters `[items, longest text, letters]`; y `[items, length, 4]` over
 *   points, else `[items, length, 3]`; weights `[items, length]`, 0 where it is padded
 */
export function strokeBatch(
  items: readonly EncodedStrokes[],
  shape: StrokeBatchShape,
  over: "points" | "items",
): StrokeBatch {
  const counts = items.map(({ points }) => points.length / pointSize);
  const length = paddedLength(Math.max(...counts));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const each = over === "points" ? (items.length * length) / total : length;
  const [wide, deep] = [inputSize + shape.labels, over === "points" ? 4 : pointSize];
  const x = Tensor.zeros([items.length, length, wide]) as Tensor<"float32">;
  const y = Tensor.zeros([items.length, length, deep]) as Tensor<"float32">;
  const weight = Tensor.zeros([items.length, length]) as Tensor<"float32">;
  items.forEach(({ points, label }, row) => {
    const count = counts[row] as number;
    for (let at = 0; at < length; at++) {
      const from = (row * length + at) * wide;
      x.data[from + pointSize] = 1;
      if (label >= 0) x.data[from + inputSize + label] = 1;
    }
    for (let at = 0; at < count; at++) {
      const point = points.subarray(at * pointSize, (at + 1) * pointSize);
      if (at + 1 < length) x.data.set(point, (row * length + at + 1) * wide);
      y.data.set(point, (row * length + at) * deep);
    }
    if (deep === 4) y.data[(row * length + count - 1) * deep + 3] = 1;
    weight.data.fill(each, row * length, row * length + count);
  });
  return [shape.letters === 0 ? { points: x } : { points: x, letters: lettersOf(items, shape) }, y, weight];
}

/** Up to so many letters all batches have room for the same number, so that few programs serve them all. */
const shortTexts = 64;

/** For how many letters a batch has room: a single long text among short ones is not to cost all of them. */
function textLength(longestHere: number, longestOfAll: number): number {
  const room = Math.max(shortTexts, 2 ** Math.ceil(Math.log2(longestHere)));
  return Math.max(longestHere, Math.min(room, longestOfAll));
}

/** The vectors of texts, rows of zeros behind their ends. */
function lettersOf(items: readonly EncodedStrokes[], shape: StrokeBatchShape): Tensor<"float32"> {
  const longest = textLength(
    items.reduce((most, { letters }) => Math.max(most, letters.length), 1),
    shape.longestText,
  );
  const vectors = Tensor.zeros([items.length, longest, shape.letters]) as Tensor<"float32">;
  items.forEach(({ letters }, row) => {
    letters.forEach((letter, at) => {
      vectors.data[(row * longest + at) * shape.letters + letter] = 1;
    });
  });
  return vectors;
}

/** Items in batches to measure on, the shortest first. */
export function* measuredStrokes(
  items: readonly EncodedStrokes[],
  shape: StrokeBatchShape,
  batchSize: number,
): Iterable<StrokeBatch> {
  const sorted = items.toSorted((a, b) => a.points.length - b.points.length);
  for (let from = 0; from < sorted.length; from += batchSize) {
    yield strokeBatch(sorted.slice(from, from + batchSize), shape, "items");
  }
}
