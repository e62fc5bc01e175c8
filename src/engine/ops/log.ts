import { unaryOp } from "./define/define.js";
import { div } from "./div.js";

/** Natural logarithm; −∞ at 0 and NaN below. */
export const log = unaryOp("Log", (x, _y, dy) => div(dy, x));
