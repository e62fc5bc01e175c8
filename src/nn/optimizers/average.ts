import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { mul } from "../../engine/ops/mul.js";
import { sub } from "../../engine/ops/sub.js";

/** From so little on that an average takes of what is new, float32 has too few digits for what it keeps. */
const leastTaken = 2 ** -12;

/**
 * How much an average keeps at each step, from 0 to 1, as float32 has it. What it takes is the rest, to the last digit: with the
 * nearest numbers to 0.999 and 0.001, averages of a constant would end 1e-5 away from it.
 */
export function kept(keep: number): number {
  return 1 - keep < leastTaken ? keep : Math.fround(keep);
}

/** An exponential moving average with a new element: `keep` · average + (1 − `keep`) · x. */
export function moved(average: Value, x: Value, keep: number): Value {
  return 1 - keep < leastTaken
    ? add(average, mul(sub(x, average), 1 - keep))
    : add(mul(average, keep), mul(x, 1 - kept(keep)));
}

/**
 * A gradient in the size in which its square is what a moving average of squares takes. Where the gradient is a product
 * of matrices, its factor costs nothing.
 */
export interface Share {
  /** `factor` · gradient. */
  readonly value: Value;
  /** √(1 − keep), or 1 where that is next to nothing. */
  readonly factor: number;
}

/** The {@link Share} of a gradient in an average of squares. */
export function shareOf(gradient: Value, keep: number): Share {
  if (1 - keep < leastTaken) return { value: gradient, factor: 1 };
  const factor = Math.sqrt(1 - kept(keep));
  return { value: mul(gradient, factor), factor };
}

/** A moving average of squares with a gradient's {@link Share}: `keep` · average + (1 − `keep`) · gradient². */
export function movedSquare(average: Value, share: Share, keep: number): Value {
  return 1 - keep < leastTaken
    ? moved(average, square(share.value), keep)
    : add(mul(average, keep), square(share.value));
}

/** A moving average of a gradient, with a {@link Share} of it: `keep` · average + (1 − `keep`) · gradient. */
export function movedByShare(average: Value, { value, factor }: Share, keep: number): Value {
  return 1 - keep < leastTaken
    ? add(average, mul(sub(mul(value, 1 / factor), average), 1 - keep))
    : add(mul(average, keep), mul(value, (1 - kept(keep)) / factor));
}
