import { ImagoError } from "../errors.js";
import { Attributes } from "../graph/attributes.js";
import { graphField } from "../graph/fields.js";
import type { Graph, Value } from "../graph/graph.js";
import type { FieldsOf } from "../options.js";
import type { DType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { constantInts, defineOp, int64Vector, none } from "./define/define.js";
import { dtype, real, wholes } from "./define/fields.js";

export interface ConstantOfShapeOptions {
  /** Default: 0. */
  readonly value?: number;
  /** Default: "float32". */
  readonly dtype?: DType;
}

const fields = {
  value: real(0),
  dtype: dtype("float32"),
} satisfies FieldsOf<ConstantOfShapeOptions>;

/** A tensor of `shape`, every element equal to `value`. */
export const constantOfShape = defineOp<
  [Value],
  (graph: Graph, shape: Shape, options?: ConstantOfShapeOptions) => Value,
  typeof fields
>(
  "ConstantOfShape",
  {
    arity: 1,
    options: { at: 2, fields },
    infer: ({ inputs: [shape], attributes }) => {
      const sizes = constantInts(shape, "the shape");
      const value = attributes.tensor("value");
      if (sizes.some((size) => size < 0))
        throw new ImagoError(`a size must not be negative: [${sizes.join(", ")}]`);
      if (value !== undefined && value.size !== 1) {
        throw new ImagoError(`the value must be one element, received ${value.size}`);
      }
      return [{ dtype: value?.dtype ?? "float32", shape: sizes }];
    },
    gradient: none("it depends on a shape only"),
  },
  (operator, { value, dtype }) =>
    (graph, shape) => {
      graphField.read(operator.type, "graph", graph);
      wholes.read(operator.type, "shape", shape);
      const attribute = { kind: "tensor", value: Tensor.full([1], value, dtype) } as const;
      const sizes = graph.constant(int64Vector(shape));
      return graph.emit(operator, [sizes], new Attributes({ value: attribute }))[0] as Value;
    },
);
