import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import { valueField } from "../graph/fields.js";
import type { Value } from "../graph/graph.js";
import type { FieldsOf } from "../options.js";
import type { DType } from "../tensor/dtype.js";
import { normalizeAxis } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { cast } from "./cast.js";
import { constantInts, defineOp, emit, int64Vector, none } from "./define/define.js";
import { dtype, whole } from "./define/fields.js";
import { reshape } from "./reshape.js";

export interface OneHotOptions {
  /** Size of the new axis. */
  readonly depth: number;
  /** Where the new axis stands in the result. Default: -1, last. */
  readonly axis?: number;
  /** Default: "float32". */
  readonly dtype?: DType;
}

const fields = {
  depth: whole(),
  axis: whole(-1),
  dtype: dtype("float32"),
} satisfies FieldsOf<OneHotOptions>;

/**
 * A new axis of size `depth`, 1 at each index and 0 elsewhere. Indices from -depth to -1 count from the
 * end; one that is out of range gives zeros only.
 */
export const oneHot = defineOp<
  [Value, Value, Value],
  (indices: Value, options: OneHotOptions) => Value,
  typeof fields
>(
  "OneHot",
  {
    arity: 3,
    options: { at: 1, fields },
    infer: ({ inputs: [indices, depth, values], attributes }) => {
      const [size] = constantInts(depth, "the depth");
      if (size === undefined || size < 0)
        throw new ImagoError(`the depth must be at least 0, received ${size}`);
      if (indices.rank === 0) throw new ImagoError("expected indices of rank 1 or more");
      if (values.shape.length !== 1 || values.shape[0] !== 2) {
        throw new ImagoError("values must be a vector of two: off, on");
      }
      const axis = normalizeAxis(attributes.int("axis", -1), indices.rank + 1);
      return [{ dtype: values.dtype, shape: indices.shape.toSpliced(axis, 0, size) }];
    },
    gradient: none("its indices are integers and its values constants"),
  },
  (operator, { depth, axis, dtype }) =>
    (indices) => {
      valueField.read(operator.type, "indices", indices);
      // ONNX Runtime has this operator for few combinations of element types; this is one of them.
      const numbers = indices.dtype === "int64" ? indices : cast(indices, "int64");
      const values = new Tensor("float32", [2], Float32Array.of(0, 1));
      // ONNX takes no scalar.
      const vector = numbers.rank === 0 ? reshape(numbers, [1]) : numbers;
      const made = emit(operator, [vector, int64Vector([depth]), values], { axis: int(axis) });
      const shaped = numbers.rank === 0 ? reshape(made, [depth]) : made;
      return dtype === "float32" ? shaped : cast(shaped, dtype);
    },
);
