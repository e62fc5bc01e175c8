import { cosh } from "./cosh.js";
import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";

/** Hyperbolic sine. */
export const sinh = unaryOp("Sinh", (x, _y, dy) => mul(dy, cosh(x)));
