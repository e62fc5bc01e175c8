import { binaryOp } from "./define/define.js";

/** a · b, element by element. */
export const mul = binaryOp("Mul", (a, b, dy) => [mul(dy, b), mul(dy, a)]);
