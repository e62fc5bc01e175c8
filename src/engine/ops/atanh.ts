import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";

/** Inverse hyperbolic tangent; ±∞ at ±1 and NaN outside. */
export const atanh = unaryOp("Atanh", (x, _y, dy) => div(dy, mul(sub(1, x), add(x, 1))));
