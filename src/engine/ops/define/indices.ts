import { ImagoError } from "../../errors.js";
import { Value } from "../../graph/graph.js";
import { type NestedNumbers, Tensor, tensor } from "../../tensor/tensor.js";

/** Whole numbers that select elements: a value or tensor of int64 or int32, or plain numbers (int64). */
export type Indices = Value | Tensor | NestedNumbers;

export function toIndices(indices: Indices): Value | Tensor {
  return indices instanceof Value || indices instanceof Tensor
    ? indices
    : tensor(indices, { dtype: "int64" });
}

/** @throws when `indices` has an element type that ONNX does not take for indices */
export function checkIndices(indices: Value): void {
  if (indices.dtype !== "int64" && indices.dtype !== "int32") {
    throw new ImagoError(`indices must be int64 or int32, received ${indices.dtype}; cast them`);
  }
}
