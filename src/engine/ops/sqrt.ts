import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";

/** √x; the gradient at 0 is ∞, as it is in the limit. */
export const sqrt = unaryOp("Sqrt", (_x, y, dy) => div(mul(dy, 0.5), y));
