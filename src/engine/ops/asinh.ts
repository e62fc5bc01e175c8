import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { sqrt } from "./sqrt.js";

/** Inverse hyperbolic sine. */
export const asinh = unaryOp("Asinh", (x, _y, dy) => div(dy, sqrt(add(mul(x, x), 1))));
