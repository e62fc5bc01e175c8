import type { Value } from "../../graph/graph.js";
import { sizeOf } from "../../tensor/shape.js";
import { dilate } from "../composed/dilate.js";
import { extent } from "../conv/window.js";
import { mul } from "../mul.js";
import { pad } from "../pad.js";
import { averagePool } from "./averagePool.js";
import { isTiling, type Pooling } from "./pool.js";
import { padTiles, spreadTiles } from "./tiles.js";

/**
 * The adjoint of summing windows of the image `x`: every element of `dy` is added to all pixels of its window.
 * Where windows overlap, that is a sum over windows again, of `dy` with zeros between and around its elements.
 */
export function scatterWindows(dy: Value, x: Value, pooling: Pooling): Value {
  const { kernel, strides, dilations, before } = pooling.window;
  if (isTiling(pooling, x)) return padTiles(spreadTiles(dy, kernel), x);
  const apart = dilate(dy, [1, 1, ...strides]);
  const reach = kernel.map((_, axis) => extent(pooling.window, axis) - 1);
  const front = reach.map((size, axis) => size - (before[axis] as number));
  const back = reach.map((size, axis) => {
    const [whole, known] = [x.size(axis + 2), apart.size(axis + 2)];
    return whole + size - known - (front[axis] as number);
  });
  const within = [...front, ...back].every(
    (size, i) => size >= 0 && size < (kernel[i % kernel.length] as number),
  );
  if (within) {
    return averagePool(mul(apart, sizeOf(kernel)), {
      kernelShape: kernel,
      dilations,
      pads: [...front, ...back],
      countIncludePad: true,
    });
  }
  // Scaled behind Pad: ONNX Runtime would fuse Pad with the pooling, which then refuses pads as large as its window.
  const padded = mul(pad(apart, { pads: [0, 0, ...front, 0, 0, ...back] }), sizeOf(kernel));
  return averagePool(padded, { kernelShape: kernel, dilations });
}
