import { reduceOp } from "./define/reduce.js";
import { mul } from "./mul.js";

/** Σ x² over axes. */
export const reduceSumSquare = reduceOp("ReduceSumSquare", (x, _y, dy) => mul(mul(dy, 2), x));
