import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { normalizeAxis } from "../tensor/shape.js";
import { gatherGradient } from "./composed/gatherGradient.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { checkIndices, type Indices, toIndices } from "./define/indices.js";

export interface GatherOptions {
  /** The axis that the indices count along. Default: 0. */
  readonly axis?: number;
}

const fields = {
  axis: whole(0),
} satisfies FieldsOf<GatherOptions>;

/**
 * The slices of `x` at `indices` along `axis` (default: 0). The axis is replaced by the axes of the
 * indices: none for a single number. Negative indices count from the end.
 */
export const gather = defineOp<
  [Value, Value],
  (x: Operand, indices: Indices, options?: GatherOptions) => Value,
  typeof fields
>(
  "Gather",
  {
    arity: 2,
    options: { at: 2, fields },
    infer: ({ inputs: [x, indices], attributes }) => {
      checkIndices(indices);
      const axis = normalizeAxis(attributes.int("axis", 0), x.rank);
      return [
        { dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] },
      ];
    },
    gradient: ({ inputs: [x, indices], attributes, outputGradients: [dy] }): InputGradients => [
      gatherGradient(dy, x, indices, normalizeAxis(attributes.int("axis", 0), x.rank)),
      undefined,
    ],
  },
  (operator, { axis }) =>
    (x, indices) =>
      emit(operator, [x, toIndices(indices)], { axis: axis === 0 ? undefined : int(axis) }),
);
