import type { Shape } from "../../engine/tensor/shape.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/** A float32 tensor whose elements are drawn one after another, in row-major order. */
export function drawn(shape: Shape, draw: () => number): Tensor<"float32"> {
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return new Tensor("float32", shape, data);
}
