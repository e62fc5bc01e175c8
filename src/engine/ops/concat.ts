import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, list } from "../options.js";
import { formatShape, normalizeAxis, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { defineOp, emit } from "./define/define.js";
import { tensorOrValue, whole } from "./define/fields.js";
import { split } from "./split.js";

export interface ConcatOptions {
  readonly axis: number;
}

const fields = {
  axis: whole(),
} satisfies FieldsOf<ConcatOptions>;

const valuesField = list(tensorOrValue, "an array of tensors or values of a graph");

/** Values of equal shape except along `axis`, one behind the other along it. A single one is returned as it is. */
export const concat = defineOp<
  [Value, ...Value[]],
  (values: readonly (Value | Tensor)[], options: ConcatOptions) => Value,
  typeof fields
>(
  "Concat",
  {
    arity: [1, Number.POSITIVE_INFINITY],
    options: { at: 1, fields },
    infer: ({ inputs, attributes }) => {
      const [first] = inputs;
      const axis = normalizeAxis(attributes.int("axis"), first.rank);
      let size = 0;
      for (const input of inputs) {
        const { dtype, shape } = input;
        if (dtype !== first.dtype) throw new ImagoError("expected inputs of one element type");
        if (!sameShape(shape.with(axis, 0), first.shape.with(axis, 0))) {
          throw new ImagoError(
            `shapes ${formatShape(first.shape)} and ${formatShape(shape)} differ in more than axis ${axis}`,
          );
        }
        size += input.size(axis);
      }
      return [{ dtype: first.dtype, shape: first.shape.with(axis, size) }];
    },
    gradient: ({ inputs, attributes, outputGradients: [dy] }): InputGradients => {
      const axis = normalizeAxis(attributes.int("axis"), dy.rank);
      return split(dy, { axis, sizes: inputs.map((input) => input.size(axis)) });
    },
  },
  (operator, { axis }) =>
    (values) => {
      const [only] = valuesField.read(operator.type, "values", values);
      if (only === undefined) throw new ImagoError("Concat: expected at least one value, received none");
      return values.length === 1 && only instanceof Value
        ? only
        : emit(operator, values, { axis: int(axis) });
    },
);
