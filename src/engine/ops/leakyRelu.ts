import { add } from "./add.js";
import { cast } from "./cast.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";

/**
 * x above 0, `alpha` · x elsewhere. `alpha` is 0.01 by default, as in ONNX and PyTorch; Keras's layer has
 * 0.3 and its function 0.2. The gradient at 0 is `alpha`.
 */
export const leakyRelu = parametricOp("LeakyRelu", { alpha: 0.01 }, (x, _y, dy, { alpha }) =>
  mul(dy, add(mul(cast(greater(x, 0), x.dtype), 1 - alpha), alpha)),
);
