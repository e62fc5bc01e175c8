import { type Attributes, int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { Tensor } from "../../tensor/tensor.js";
import { defineOp, emit } from "../define/define.js";
import { div } from "../div.js";
import { type Pooling, type PoolOptions, poolAttributes, pooledType, poolingOf } from "./pool.js";
import { scatterWindows } from "./scatterWindows.js";

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

/**
 * The mean of each window.
 *
 * @param x [batch, channels, …sizes]
 * @returns [batch, channels, …], each size ⌊(size + pads − dilation · (kernel − 1) − 1) / stride⌋ + 1, or ⌈⌉
 */
export const averagePool = defineOp<[Value], (x: Value, options: AveragePoolOptions) => Value>(
  "AveragePool",
  {
    arity: 1,
    infer: ({ inputs: [x], attributes }) => [pooledType(x, attributes)],
    gradient: ({ inputs: [x], attributes, outputGradients: [dy] }): InputGradients => {
      const pooling = poolingOf(x, attributes);
      return [scatterWindows(div(dy, divisor(x, pooling, attributes)), x, pooling)];
    },
  },
  (operator) =>
    (x, { countIncludePad = false, ...options }) =>
      emit(operator, [x], {
        ...poolAttributes(options),
        count_include_pad: countIncludePad ? int(1) : undefined,
      }),
);
