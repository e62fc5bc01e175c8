import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { sqrt } from "./sqrt.js";
import { sub } from "./sub.js";

/** Inverse hyperbolic cosine, 0 or above; NaN below 1. */
export const acosh = unaryOp("Acosh", (x, _y, dy) => div(dy, sqrt(mul(sub(x, 1), add(x, 1)))));
