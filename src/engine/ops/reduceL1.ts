import { reduceOp } from "./define/reduce.js";
import { mul } from "./mul.js";
import { sign } from "./sign.js";

/** Σ |x| over axes. The gradient at 0 is 0. */
export const reduceL1 = reduceOp("ReduceL1", (x, _y, dy) => mul(dy, sign(x)));
