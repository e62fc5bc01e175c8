import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { type Shape, sameShape, sizeOf, stridesOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { linearIndices } from "./composed/linearIndices.js";
import { sumRows } from "./composed/sumRows.js";
import { concat } from "./concat.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { type Indices, toIndices } from "./define/indices.js";
import { reshape } from "./reshape.js";

/** For each place of `shape` its coordinates along the first `count` axes: int64 [...shape, count]. */
function coordinates(shape: Shape, count: number): Tensor<"int64"> {
  const strides = stridesOf(shape);
  const data = new BigInt64Array(sizeOf(shape) * count);
  for (let i = 0; i < data.length; i++) {
    const axis = i % count;
    const place = (i - axis) / count;
    data[i] = BigInt(Math.floor(place / (strides[axis] as number)) % (shape[axis] as number));
  }
  return new Tensor("int64", [...shape, count], data);
}

export interface GatherNDOptions {
  /** How many of the first axes `x` and the indices share. Default: 0. */
  readonly batchDims?: number;
}

const fields = {
  batchDims: whole(0),
} satisfies FieldsOf<GatherNDOptions>;

/**
 * The slices of `x` that the vectors in `indices` name. Indices [...batch, k] (int64) name slices of the
 * first k axes behind the `batchDims` axes that `x` and `indices` share.
 */
export const gatherND = defineOp<
  [Value, Value],
  (x: Operand, indices: Indices, options?: GatherNDOptions) => Value,
  typeof fields
>(
  "GatherND",
  {
    arity: 2,
    options: { at: 2, fields },
    infer: ({ inputs: [x, indices], attributes }) => {
      if (indices.dtype !== "int64")
        throw new ImagoError(`indices must be int64, received ${indices.dtype}; cast them`);
      const batch = attributes.int("batch_dims", 0);
      const depth = indices.shape.at(-1);
      if (depth === undefined || batch >= indices.rank || batch + depth > x.rank) {
        throw new ImagoError(`indices must end in an axis of at most ${x.rank - batch}`);
      }
      if (!sameShape(x.shape.slice(0, batch), indices.shape.slice(0, batch))) {
        throw new ImagoError(`the first ${batch} axes (batch_dims) of both inputs must agree`);
      }
      return [{ dtype: x.dtype, shape: [...indices.shape.slice(0, -1), ...x.shape.slice(batch + depth)] }];
    },
    gradient: ({ inputs: [x, indices], attributes, outputGradients: [dy] }): InputGradients => {
      const batch = attributes.int("batch_dims", 0);
      const places =
        batch === 0
          ? indices
          : concat([coordinates(indices.shape.slice(0, -1), batch), indices], { axis: -1 });
      const indexed = x.shape.slice(0, places.shape.at(-1));
      const slices = reshape(dy, [sizeOf(places.shape.slice(0, -1)), sizeOf(x.shape.slice(indexed.length))]);
      const sums = sumRows(slices, linearIndices(places, indexed), sizeOf(indexed));
      return [reshape(sums, x.shape), undefined];
    },
  },
  (operator, { batchDims }) =>
    (x, indices) =>
      emit(operator, [x, toIndices(indices)], { batch_dims: batchDims === 0 ? undefined : int(batchDims) }),
);
