import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";

/** Arc tangent in radians, −π/2 to π/2. */
export const atan = unaryOp("Atan", (x, _y, dy) => div(dy, add(mul(x, x), 1)));
