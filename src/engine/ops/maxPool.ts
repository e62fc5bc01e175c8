import { ImagoError } from "../errors.js";
import { Attributes } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { cast } from "./cast.js";
import { defineOp, emitAll } from "./define.js";
import { equal } from "./equal.js";
import { mul } from "./mul.js";
import { isTiling, type PoolOptions, poolAttributes, pooledType, poolingOf } from "./pool.js";
import { reshape } from "./reshape.js";
import { scatterElements } from "./scatterElements.js";
import { cropToTiles, padTiles, spreadTiles } from "./tiles.js";
import { zeros } from "./zeros.js";

/**
 * Where every tile of `kernel` has its pixels numbered, from the highest number at its first pixel down to 1
 * at its last, over `sizes`.
 */
function ranks(sizes: readonly number[], kernel: readonly number[]): Tensor {
  const data = new Float32Array(sizeOf(sizes));
  const most = sizeOf(kernel);
  data.forEach((_, position) => {
    let [rest, step, place] = [position, 1, 0];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const [size, side] = [sizes[axis] as number, kernel[axis] as number];
      place += ((rest % size) % side) * step;
      step *= side;
      rest = Math.floor(rest / size);
    }
    data[position] = most - place;
  });
  return new Tensor("float32", sizes, data);
}

/**
 * The gradient where windows lie side by side. Comparing the image with its own maxima spread over the windows
 * takes a few passes without branches; ONNX Runtime's search for indices mispredicts at every other element and
 * takes twice as long (4.0 ms against 8.3 of one core for 32 images of 64×32×32). Of equal maxima the first gets the gradient: a second pooling, of ranks, finds it.
 */
function tilesGradient(x: Value, y: Value, dy: Value, kernel: readonly number[]): Value {
  const covered = kernel.map((size, axis) => size * (y.shape[axis + 2] as number));
  const image = cropToTiles(x, covered);
  const isMaximum = equal(image, spreadTiles(y, kernel));
  const ranked = mul(cast(isMaximum, x.dtype), ranks(covered, kernel));
  const first = spreadTiles(maxPool(ranked, { kernelShape: kernel, strides: kernel }), kernel);
  const chosen = cast(equal(ranked, first), x.dtype);
  return padTiles(mul(chosen, spreadTiles(dy, kernel)), x);
}

/** The gradient for windows that overlap: each is added at its maximum, in order, so sums are reproducible. */
function scatteredGradient(x: Value, dy: Value, attributes: Attributes): Value {
  const { storage_order: _, ...rowMajor } = Object.fromEntries(attributes);
  const indices = x.graph.emit(maxPool.operator, [x], new Attributes(rowMajor))[1] as Value;
  const flat = (value: Value): Value => reshape(value, [sizeOf(value.shape)]);
  const sums = scatterElements(zeros(x, [sizeOf(x.shape)]), flat(indices), flat(dy), { reduction: "add" });
  return reshape(sums, x.shape);
}

/**
 * The largest element of each window.
 *
 * @param x [batch, channels, …sizes]
 * @returns [batch, channels, …], each size ⌊(size + pads − dilation · (kernel − 1) − 1) / stride⌋ + 1, or ⌈⌉
 */
export const maxPool = defineOp<[Value], (x: Value, options: PoolOptions) => Value>(
  "MaxPool",
  {
    arity: 1,
    optionalOutputs: 1,
    infer: ({ inputs: [x], attributes }) => {
      const order = attributes.int("storage_order", 0);
      if (order !== 0 && order !== 1) throw new ImagoError(`storage_order must be 0 or 1, received ${order}`);
      const pooled = pooledType(x, attributes);
      return [pooled, { dtype: "int64", shape: pooled.shape }];
    },
    gradient: ({ inputs: [x], outputs: [y], attributes, outputGradients: [dy] }): InputGradients => {
      const pooling = poolingOf(x, attributes);
      const tiled = x.dtype === "float32" && isTiling(pooling, x);
      return [tiled ? tilesGradient(x, y, dy, pooling.window.kernel) : scatteredGradient(x, dy, attributes)];
    },
  },
  (operator) => (x, options) => emitAll(operator, [x], poolAttributes(options))[0] as Value,
);

export interface MaxPoolWithIndices {
  readonly values: Value;
  /** int64, each maximum's place in the image flattened in row-major order, batch and channels included. */
  readonly indices: Value;
}

/** {@link maxPool}, and where each maximum is. */
export function maxPoolWithIndices(x: Value, options: PoolOptions): MaxPoolWithIndices {
  const [values, indices] = emitAll(maxPool.operator, [x], poolAttributes(options));
  return { values: values as Value, indices: indices as Value };
}
