import { ImagoError } from "../errors.js";
import { int, string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, oneOf } from "../options.js";
import { normalizeAxis, sameShape } from "../tensor/shape.js";
import { zeros } from "./composed/zeros.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { checkIndices, type Indices, toIndices } from "./define/indices.js";
import { type Reduction, reductionOf, reductions } from "./define/reduction.js";
import { gatherElements } from "./gatherElements.js";

export interface ScatterElementsOptions {
  /** The axis that the indices count along. Default: 0. */
  readonly axis?: number;
  /** Default: "none", the update replaces what is there. */
  readonly reduction?: Reduction;
}

const fields = {
  axis: whole(0),
  reduction: oneOf(reductions, "none"),
} satisfies FieldsOf<ScatterElementsOptions>;

/**
 * `x` with each element of `updates` written to (or, by `reduction`, combined into) the place of its own
 * coordinates, the one along `axis` replaced by the element of `indices` there. Updates are applied in
 * order, so sums are reproducible.
 */
export const scatterElements = defineOp<
  [Value, Value, Value],
  (x: Operand, indices: Indices, updates: Operand, options?: ScatterElementsOptions) => Value,
  typeof fields
>(
  "ScatterElements",
  {
    arity: 3,
    options: { at: 3, fields },
    infer: ({ inputs: [x, indices, updates], attributes }) => {
      reductionOf(attributes);
      checkIndices(indices);
      const axis = normalizeAxis(attributes.int("axis", 0), x.rank);
      if (!sameShape(indices.shape, updates.shape) || updates.dtype !== x.dtype) {
        throw new ImagoError(`updates must be ${x.dtype} and have the shape of the indices`);
      }
      const within = (size: number, at: number): boolean => at === axis || size <= x.size(at);
      if (indices.rank !== x.rank || !indices.shape.every(within)) {
        throw new ImagoError("indices must have the rank of the tensor and, off the axis, be no larger");
      }
      return [x.type];
    },
    gradient: ({ inputs: [, indices, updates], attributes, outputGradients: [dy] }): InputGradients => {
      const reduction = reductionOf(attributes, ["none", "add"]);
      const axis = attributes.int("axis", 0);
      const dx = reduction === "add" ? dy : scatterElements(dy, indices, zeros(updates), { axis });
      return [dx, undefined, gatherElements(dy, indices, { axis })];
    },
  },
  (operator, { axis, reduction }) =>
    (x, indices, updates) =>
      emit(operator, [x, toIndices(indices), updates], {
        axis: int(axis),
        reduction: reduction === "none" ? undefined : string(reduction),
      }),
);
