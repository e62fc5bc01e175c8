import { reduceOp } from "./define/reduce.js";
import { div } from "./div.js";
import { expand } from "./expand.js";
import { reduceSum } from "./reduceSum.js";

/** log Σ x over axes. */
export const reduceLogSum = reduceOp("ReduceLogSum", (x, _y, dy, axes) =>
  expand(div(dy, reduceSum(x, { axes, keepDims: true })), x.shape),
);
