import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";

/** Hyperbolic tangent. */
export const tanh = unaryOp("Tanh", (_x, y, dy) => mul(dy, sub(1, mul(y, y))));
