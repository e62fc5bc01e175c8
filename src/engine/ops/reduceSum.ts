import { reduceOp } from "./define/reduce.js";
import { expand } from "./expand.js";

/** Sum over axes; 0 for an empty axis. */
export const reduceSum = reduceOp("ReduceSum", (x, _y, dy) => expand(dy, x.shape));
