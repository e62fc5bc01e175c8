import { and } from "./and.js";
import { cast } from "./cast.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { less } from "./less.js";
import { mul } from "./mul.js";

/**
 * max(0, min(1, `alpha` · x + `beta`)). By default `alpha` is 0.2 and `beta` 0.5, as in ONNX; Keras 3 and
 * PyTorch have an `alpha` of 1/6.
 */
export const hardSigmoid = parametricOp("HardSigmoid", { alpha: 0.2, beta: 0.5 }, (_x, y, dy, { alpha }) =>
  mul(dy, mul(cast(and(greater(y, 0), less(y, 1)), y.dtype), alpha)),
);
