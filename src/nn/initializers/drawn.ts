import type { Shape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/** A float32 tensor whose elements are drawn one after another, in row-major order. */
export function drawn(shape: Shape, draw: () => number): Tensor<"float32"> {
  const tensor = Tensor.zeros(shape);
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = draw();
  return tensor;
}
