import { axisOp } from "./define/axisOp.js";
import { exp } from "./exp.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";
import { sub } from "./sub.js";

/** x − log Σ exp(x) along one axis (default: the last), without overflow or the logarithm of 0. */
export const logSoftmax = axisOp("LogSoftmax", (_x, y, dy, axis) =>
  sub(dy, mul(exp(y), reduceSum(dy, { axes: [axis], keepDims: true }))),
);
