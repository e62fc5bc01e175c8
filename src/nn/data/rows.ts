import { allocate } from "../../engine/tensor/dtype.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/** The rows (first axis) of `from` to `to`, looking at the same memory. */
export function sliceRows(source: Tensor, from: number, to: number): Tensor {
  const row = sizeOf(source.shape.slice(1));
  const data = source.data.subarray(from * row, to * row) as typeof source.data;
  return new Tensor(source.dtype, [to - from, ...source.shape.slice(1)], data);
}

/**
 * The rows (first axis) of `source` at `indices`, copied.
 *
 * @param into a tensor of the right type to write to; a new one when absent
 */
export function gatherRows(source: Tensor, indices: ArrayLike<number>, into?: Tensor): Tensor {
  const shape = [indices.length, ...source.shape.slice(1)];
  const target = into ?? new Tensor(source.dtype, shape, allocate(source.dtype, sizeOf(shape)));
  const row = sizeOf(shape.slice(1));
  const from = source.bytes;
  const to = target.bytes;
  const bytes = row === 0 ? 0 : (source.byteLength / source.size) * row;
  for (let i = 0; i < indices.length; i++) {
    const start = (indices[i] as number) * bytes;
    to.set(from.subarray(start, start + bytes), i * bytes);
  }
  return target;
}
