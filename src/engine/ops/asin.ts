import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { sqrt } from "./sqrt.js";
import { sub } from "./sub.js";

/** Arc sine in radians, −π/2 to π/2; NaN outside −1 … 1. */
export const asin = unaryOp("Asin", (x, _y, dy) => div(dy, sqrt(mul(sub(1, x), add(x, 1)))));
