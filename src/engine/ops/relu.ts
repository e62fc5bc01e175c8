import { cast } from "./cast.js";
import { unaryOp } from "./define/define.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";

/** max(x, 0). The gradient at 0 is 0. */
export const relu = unaryOp(
  "Relu",
  // A product with a mask takes ONNX Runtime a third of the time of Where or of a product with Sign.
  (_x, y, dy) => mul(dy, cast(greater(y, 0), y.dtype)),
  { accepts: "signed" },
);
