import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { sin } from "./sin.js";

/** Cosine of x in radians. */
export const cos = unaryOp("Cos", (x, _y, dy) => neg(mul(dy, sin(x))));
