import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";

/** eˣ. */
export const exp = unaryOp("Exp", (_x, y, dy) => mul(dy, y));
