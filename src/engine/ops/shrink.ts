import { abs } from "./abs.js";
import { cast } from "./cast.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";

/**
 * x moved towards 0 by `bias` where |x| is above `lambd`, and 0 elsewhere: with a `bias` of 0 (the default)
 * hard shrinkage, with a `bias` equal to `lambd` soft shrinkage. `lambd` is 0.5 by default.
 */
export const shrink = parametricOp("Shrink", { lambd: 0.5, bias: 0 }, (x, _y, dy, { lambd }) =>
  mul(dy, cast(greater(abs(x), lambd), x.dtype)),
);
