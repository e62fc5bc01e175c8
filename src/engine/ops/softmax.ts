import { axisOp } from "./define/axisOp.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";
import { sub } from "./sub.js";

/** exp(x) / Σ exp(x) along one axis (default: the last); the largest x is subtracted first, so nothing overflows. */
export const softmax = axisOp("Softmax", (_x, y, dy, axis) =>
  mul(y, sub(dy, reduceSum(mul(dy, y), { axes: [axis], keepDims: true }))),
);
