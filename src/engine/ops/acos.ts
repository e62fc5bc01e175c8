import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { sqrt } from "./sqrt.js";
import { sub } from "./sub.js";

/** Arc cosine in radians, 0 to π; NaN outside −1 … 1. */
export const acos = unaryOp("Acos", (x, _y, dy) => neg(div(dy, sqrt(mul(sub(1, x), add(x, 1))))));
