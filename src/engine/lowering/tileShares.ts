import type { Value } from "../graph/graph.js";
import { hardSigmoid } from "../ops/hardSigmoid.js";
import { mul } from "../ops/mul.js";
import { isTiling, type Pooling } from "../ops/pool/pool.js";
import { sum } from "../ops/sum.js";
import { sizeOf } from "../tensor/shape.js";
import { interleave } from "./interleave.js";
import { steepness } from "./positiveMasks.js";
import { copied, type Pair, tap } from "./tap.js";

/** Larger windows are searched in fewer steps line by line. */
const mostElements = 4;

/** Whether {@link tileShares} can do it: windows of few elements side by side. */
export function hasShares(x: Value, pooling: Pooling): boolean {
  return sizeOf(pooling.window.kernel) <= mostElements && isTiling(pooling, x);
}

/** 1 where `difference`, which is never below 0, is 0, and 0 elsewhere. */
const isZero = (difference: Value): Value => hardSigmoid(difference, { alpha: -steepness, beta: 1 });

/**
 * The gradient of the largest element of each window for the image, where windows lie side by side: from the first
 * element on, what equals the maximum takes all that is left, and the last one takes the rest.
 *
 * The activations must be finite.
 *
 * @param x [batch, channels, rows, columns]
 * @param y the maxima
 * @param dy of y's shape
 * @returns x's shape
 */
export function tileShares(x: Value, y: Value, dy: Value, { window, counts }: Pooling): Value {
  const [height, width] = window.kernel as [number, number];
  const strides: Pair = [height, width];
  const lengths: Pair = [counts[0] as number, counts[1] as number];
  let rest = copied(dy);
  const last = height * width - 1;
  const phases = Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) => {
      if (row * width + column === last) return rest;
      const below = sum(y, tap(x, { offsets: [row, column], strides, lengths, factor: -1 }));
      const share = mul(rest, isZero(below));
      rest = sum(rest, tap(share, { lengths, factor: -1 }));
      return share;
    }),
  );
  const sizes: Pair = [x.size(2), x.size(3)];
  const whole = phases.map((line, row) =>
    line.map((phase, column) => tap(phase, { lengths: phaseLengths(sizes, strides, [row, column]) })),
  );
  return interleave(whole, sizes);
}

/** Rows and columns that an image has of a phase: one more than windows where it goes on behind the last of them. */
function phaseLengths(sizes: Pair, strides: Pair, place: Pair): Pair {
  return [Math.ceil((sizes[0] - place[0]) / strides[0]), Math.ceil((sizes[1] - place[1]) / strides[1])];
}
