import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unaryOp("Sigmoid", (_x, y, dy) => mul(dy, mul(y, sub(1, y))));
