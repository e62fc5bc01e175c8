import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";

/** Tangent of x in radians. */
export const tan = unaryOp("Tan", (_x, y, dy) => mul(dy, add(mul(y, y), 1)));
