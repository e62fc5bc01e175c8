import { reduceOp } from "./define/reduce.js";
import { equal } from "./equal.js";
import { exp } from "./exp.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";
import { where } from "./where.js";

/**
 * log Σ eˣ over axes; the largest x is subtracted first, so nothing overflows. The gradient, the softmax of
 * x, is 0 where all elements are −∞.
 */
export const reduceLogSumExp = reduceOp("ReduceLogSumExp", (x, y, dy) =>
  mul(dy, where(equal(y, Number.NEGATIVE_INFINITY), 0, exp(sub(x, y)))),
);
