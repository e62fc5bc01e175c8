import { allocate } from "../../tensor/dtype.js";
import { type Shape, sizeOf, stridesOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";

/** The tensor whose elements are those of `x` at `positions` (row-major), of any element type. */
export function pick(x: Tensor, shape: Shape, positions: readonly number[]): Tensor {
  const data = allocate(x.dtype, positions.length);
  // Source and target are the same kind of array, so numbers meet numbers and bigints bigints.
  const [from, to] = [x.data as Float64Array, data as Float64Array];
  positions.forEach((position, index) => {
    if (position < 0 || position >= from.length) throw new RangeError(`no element ${position}`);
    to[index] = from[position] as number;
  });
  return new Tensor(x.dtype, shape, data);
}

/** For each element of `shape` in row-major order, `position` of its index along every axis. */
export function positionsOf(shape: Shape, position: (index: readonly number[]) => number): number[] {
  const index = new Array<number>(shape.length).fill(0);
  return Array.from({ length: sizeOf(shape) }, () => {
    const found = position(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
    return found;
  });
}

/** Where each element of the broadcast shape `to` comes from in a tensor of shape `from`. */
export function broadcastPositions(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const offset = to.length - from.length;
  return positionsOf(to, (index) =>
    from.reduce((sum, size, axis) => {
      return sum + (size === 1 ? 0 : (index[axis + offset] as number) * (strides[axis] as number));
    }, 0),
  );
}

/** Where each element comes from when `along[axis]` lists the indices to take along every axis. */
export function gridPositions(from: Shape, along: readonly (readonly number[])[]): number[] {
  const strides = stridesOf(from);
  const shape = along.map((indices) => indices.length);
  return positionsOf(shape, (index) =>
    index.reduce((sum, at, axis) => sum + (along[axis]?.[at] as number) * (strides[axis] as number), 0),
  );
}

/** 0, 1, …, count − 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
