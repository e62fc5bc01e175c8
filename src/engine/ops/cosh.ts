import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { sinh } from "./sinh.js";

/** Hyperbolic cosine. */
export const cosh = unaryOp("Cosh", (x, _y, dy) => mul(dy, sinh(x)));
