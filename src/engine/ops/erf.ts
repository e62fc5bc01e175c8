import { unaryOp } from "./define/define.js";
import { exp } from "./exp.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";

/** The error function, 2/√π ∫₀ˣ exp(−t²) dt. */
export const erf = unaryOp("Erf", (x, _y, dy) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))));
