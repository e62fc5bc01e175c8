import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { normalizeAxis } from "../tensor/shape.js";
import { zeros } from "./composed/zeros.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { checkIndices, type Indices, toIndices } from "./define/indices.js";
import { scatterElements } from "./scatterElements.js";

export interface GatherElementsOptions {
  /** The axis that the indices count along. Default: 0. */
  readonly axis?: number;
}

const fields = {
  axis: whole(0),
} satisfies FieldsOf<GatherElementsOptions>;

/**
 * For each element of `indices` the element of `x` at the same coordinates, the one along `axis` replaced
 * by the index. The result has the shape of the indices. Negative indices count from the end.
 */
export const gatherElements = defineOp<
  [Value, Value],
  (x: Operand, indices: Indices, options?: GatherElementsOptions) => Value,
  typeof fields
>(
  "GatherElements",
  {
    arity: 2,
    options: { at: 2, fields },
    infer: ({ inputs: [x, indices], attributes }) => {
      checkIndices(indices);
      const axis = normalizeAxis(attributes.int("axis", 0), x.rank);
      const within = (size: number, at: number): boolean => at === axis || size <= x.size(at);
      if (indices.rank !== x.rank || !indices.shape.every(within)) {
        throw new ImagoError("indices must have the rank of the tensor and, off the axis, be no larger");
      }
      return [{ dtype: x.dtype, shape: indices.shape }];
    },
    gradient: ({ inputs: [x, indices], attributes, outputGradients: [dy] }): InputGradients => [
      scatterElements(zeros(x), indices, dy, { axis: attributes.int("axis", 0), reduction: "add" }),
      undefined,
    ],
  },
  (operator, { axis }) =>
    (x, indices) =>
      emit(operator, [x, toIndices(indices)], { axis: int(axis) }),
);
