import type { Tensor } from "../tensor/tensor.js";

/** Larger tensors are taken to differ: comparing them costs more than it saves. */
const mostBytes = 1024;

/** A text that equal tensors share and others do not; `undefined` for large ones. */
export function keyOfTensor(tensor: Tensor): string | undefined {
  if (tensor.byteLength > mostBytes) return undefined;
  return `${tensor.dtype}[${tensor.shape.join()}]${String.fromCharCode(...tensor.bytes)}`;
}
