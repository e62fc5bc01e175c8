import { cast } from "./cast.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";

/** x above `alpha`, 0 elsewhere. `alpha` is 1 by default. */
export const thresholdedRelu = parametricOp("ThresholdedRelu", { alpha: 1 }, (x, _y, dy, { alpha }) =>
  mul(dy, cast(greater(x, alpha), x.dtype)),
);
