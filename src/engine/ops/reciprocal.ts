import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";

/** 1 / x; the gradient at 0 is −∞. */
export const reciprocal = unaryOp("Reciprocal", (_x, y, dy) => neg(mul(dy, mul(y, y))));
