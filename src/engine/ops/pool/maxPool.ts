import { ImagoError } from "../../errors.js";
import { Attributes } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { sizeOf } from "../../tensor/shape.js";
import { zeros } from "../composed/zeros.js";
import { defineOp } from "../define/define.js";
import { reshape } from "../reshape.js";
import { scatterElements } from "../scatterElements.js";
import { type PoolOptions, poolAttributes, pooledType, poolFields } from "./pool.js";
import { emitPooling } from "./settlePooling.js";

/**
 * The gradient of each window, added at its maximum. `lower` knows faster ways for windows of common sizes.
 */
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
export const maxPool = defineOp<[Value], (x: Value, options: PoolOptions) => Value, typeof poolFields>(
  "MaxPool",
  {
    arity: 1,
    options: { at: 1, fields: poolFields },
    optionalOutputs: 1,
    infer: ({ inputs: [x], attributes }) => {
      const order = attributes.int("storage_order", 0);
      if (order !== 0 && order !== 1) throw new ImagoError(`storage_order must be 0 or 1, received ${order}`);
      const pooled = pooledType(x, attributes);
      return [pooled, { dtype: "int64", shape: pooled.shape }];
    },
    gradient: ({ inputs: [x], attributes, outputGradients: [dy] }): InputGradients => [
      scatteredGradient(x, dy, attributes),
    ],
  },
  (operator, settings) => (x) => emitPooling(operator, x, poolAttributes(settings))[0] as Value,
);

export interface MaxPoolWithIndices {
  readonly values: Value;
  /** int64, each maximum's place in the image flattened in row-major order, batch and channels included. */
  readonly indices: Value;
}

/**
 * {@link maxPool}, and where each maximum is.
 *
 * @throws as `maxPool` does, and where `ceilMode` leaves whole elements behind the last window of one axis and lets
 *   that of another reach over the end
 */
export function maxPoolWithIndices(x: Value, options: PoolOptions): MaxPoolWithIndices {
  const [values, indices] = emitPooling(maxPool.operator, x, poolAttributes(options), { indices: true });
  return { values: values as Value, indices: indices as Value };
}
