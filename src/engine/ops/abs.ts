import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { sign } from "./sign.js";

/** |x|. The gradient at 0 is 0. */
export const abs = unaryOp("Abs", (x, _y, dy) => mul(dy, sign(x)), { accepts: "numeric" });
