import { type Attributes, int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { type FieldsOf, flag } from "../../options.js";
import { sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { dilate } from "../composed/dilate.js";
import { extent } from "../conv/window.js";
import { defineOp } from "../define/define.js";
import { div } from "../div.js";
import { mul } from "../mul.js";
import { pad } from "../pad.js";
import {
  isTiling,
  type Pooling,
  type PoolOptions,
  poolAttributes,
  pooledType,
  poolFields,
  poolingOf,
} from "./pool.js";
import { emitPooling } from "./settlePooling.js";
import { padTiles, spreadTiles } from "./tiles.js";

export interface AveragePoolOptions extends PoolOptions {
  /** Count the elements around the image, which are 0, as the window's. Default: false. */
  readonly countIncludePad?: boolean | undefined;
}

/** How many elements of each window the average divides by, one axis after the other. */
function elementCounts(x: Value, { window, counts }: Pooling, countIncludePad: boolean): number[][] {
  const { kernel, strides, dilations, before, after } = window;
  return counts.map((count, axis) => {
    const size = x.size(axis + 2);
    const [first, last] = countIncludePad
      ? [-(before[axis] as number), size + (after[axis] as number)]
      : [0, size];
    return Array.from({ length: count }, (_, index) => {
      const start = index * (strides[axis] as number) - (before[axis] as number);
      const places = Array.from(
        { length: kernel[axis] as number },
        (_, at) => start + at * (dilations[axis] as number),
      );
      return places.filter((place) => place >= first && place < last).length;
    });
  });
}

/** The number of elements of every window, of shape [...counts]; a single one where all are alike. */
function divisor(x: Value, pooling: Pooling, attributes: Attributes): Tensor {
  const along = elementCounts(x, pooling, attributes.int("count_include_pad", 0) === 1);
  const products = along.reduce<number[]>(
    (outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)),
    [1],
  );
  const alike = products.every((count) => count === products[0]);
  const tensor = alike
    ? Tensor.scalar(products[0] ?? 1)
    : new Tensor("float32", pooling.counts, Float32Array.from(products));
  return tensor.cast(x.dtype);
}

const fields = {
  ...poolFields,
  countIncludePad: flag(false),
} satisfies FieldsOf<AveragePoolOptions>;

/**
 * The mean of each window.
 *
 * @param x [batch, channels, …sizes]
 * @returns [batch, channels, …], each size ⌊(size + pads − dilation · (kernel − 1) − 1) / stride⌋ + 1, or ⌈⌉
 */
export const averagePool = defineOp<[Value], (x: Value, options: AveragePoolOptions) => Value, typeof fields>(
  "AveragePool",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => [pooledType(x, attributes)],
    gradient: ({ inputs: [x], attributes, outputGradients: [dy] }): InputGradients => {
      const pooling = poolingOf(x.shape, attributes);
      return [scatterWindows(div(dy, divisor(x, pooling, attributes)), x, pooling)];
    },
  },
  (operator, { countIncludePad, ...settings }) =>
    (x) =>
      emitPooling(operator, x, {
        ...poolAttributes(settings),
        count_include_pad: countIncludePad ? int(1) : undefined,
      })[0] as Value,
);

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
