import { reduceOp } from "./define/reduce.js";
import { div } from "./div.js";
import { equal } from "./equal.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

/** √Σ x² over axes. The gradient where all elements are 0 is 0. */
export const reduceL2 = reduceOp("ReduceL2", (x, y, dy) => mul(x, div(dy, where(equal(y, 0), 1, y))));
