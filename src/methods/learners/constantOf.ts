import type { Value } from "../../engine/graph/graph.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { type Tensor, tensor } from "../../engine/tensor/tensor.js";

/** Numbers as a tensor of the element type of `x`. */
export function constantOf(x: Value, shape: Shape, numbers: Iterable<number>): Tensor {
  return tensor(Float64Array.from(numbers), { shape, dtype: x.dtype });
}
