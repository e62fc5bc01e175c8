import { cos } from "./cos.js";
import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";

/** Sine of x in radians. */
export const sin = unaryOp("Sin", (x, _y, dy) => mul(dy, cos(x)));
