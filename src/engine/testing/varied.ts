import type { Shape } from "../tensor/shape.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";

/** A float64 tensor of fixed values from -2 to 2, none of them 0 and no two alike, in no order. */
export function varied(shape: Shape): Tensor<"float64"> {
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.sin(1 + 1.7 * i));
  return new Tensor("float64", shape, data);
}
