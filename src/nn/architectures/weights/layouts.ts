import type { Shape } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";

/** A tensor with its axes in another order, in float32. */
export function transposed({ shape, data }: Tensor, order: readonly number[]): Tensor {
  const sizes = order.map((axis) => shape[axis] as number);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const steps = order.map((axis) => strides[axis] as number);
  const result = Tensor.zeros(sizes);
  const place = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.size; to++) {
    result.data[to] = Number(data[from]);
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const step = steps[axis] as number;
      place[axis] = (place[axis] as number) + 1;
      from += step;
      if ((place[axis] as number) < (sizes[axis] as number)) break;
      from -= step * (sizes[axis] as number);
      place[axis] = 0;
    }
  }
  return result;
}

/** The same elements in another shape, in float32. */
export function reshaped({ data, size }: Tensor, shape: Shape): Tensor {
  const result = Tensor.zeros(shape);
  for (let at = 0; at < size; at++) result.data[at] = Number(data[at]);
  return result;
}

/** A kernel of a convolution as PyTorch and ONNX have it, `[out, in, height, width]`, as `[height, width, in, out]`. */
export function kernelOf(weight: Tensor): Tensor {
  return transposed(weight, [2, 3, 1, 0]);
}

/** One of a depthwise convolution, `[channels, 1, height, width]`, as `[height, width, channels, 1]`. */
export function depthwiseOf(weight: Tensor): Tensor {
  return transposed(weight, [2, 3, 0, 1]);
}

/** Height, width and channels of an image that was made flat. */
export type Flattened = readonly [height: number, width: number, channels: number];

/**
 * A matrix `[out, in]` as `[in, out]`.
 *
 * @param flattened what its input was before it was made flat, where that was done with channels first and is now with channels last
 */
export function matrixOf(weight: Tensor, flattened?: Flattened): Tensor {
  const [out = 1] = weight.shape;
  const inside = weight.size / out;
  if (flattened === undefined) return transposed(reshaped(weight, [out, inside]), [1, 0]);
  const [height, width, channels] = flattened;
  const image = reshaped(weight, [out, channels, height, width]);
  return reshaped(transposed(image, [2, 3, 1, 0]), [inside, out]);
}
