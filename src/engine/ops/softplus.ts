import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { sigmoid } from "./sigmoid.js";

/** log(1 + eˣ), which is about x where eˣ would overflow. */
export const softplus = unaryOp("Softplus", (x, _y, dy) => mul(dy, sigmoid(x)));
