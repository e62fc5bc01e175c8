import { ImagoError } from "../errors.js";
import { Attributes, string } from "../graph/attributes.js";
import { inferTypes, type Value } from "../graph/graph.js";
import type { InputGradients, Operator } from "../graph/operator.js";
import { type FieldsOf, oneOf } from "../options.js";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.js";
import { linearIndices } from "./composed/linearIndices.js";
import { scatterRows } from "./composed/scatterRows.js";
import { zeros } from "./composed/zeros.js";
import { defineOp, emit, graphOf, type Operand, toValue } from "./define/define.js";
import { type Indices, toIndices } from "./define/indices.js";
import { type Reduction, reductionOf, reductions } from "./define/reduction.js";
import { gatherND } from "./gatherND.js";
import { reshape } from "./reshape.js";

export interface ScatterNDOptions {
  /** Default: "none", the update replaces what is there. */
  readonly reduction?: Reduction;
}

const fields = {
  reduction: oneOf(reductions, "none"),
} satisfies FieldsOf<ScatterNDOptions>;

/**
 * `x` with `updates` written at (or, by `reduction`, combined into) the places that the vectors in
 * `indices` name. Indices [...batch, k] name slices of the first k axes; updates are
 * [...batch, ...x.shape.slice(k)]. With a reduction an index may come more than once.
 */
export const scatterND = defineOp<
  [Value, Value, Value],
  (x: Operand, indices: Indices, updates: Operand, options?: ScatterNDOptions) => Value,
  typeof fields
>(
  "ScatterND",
  {
    arity: 3,
    options: { at: 3, fields },
    infer: ({ inputs: [x, indices, updates], attributes }) => {
      reductionOf(attributes);
      if (indices.dtype !== "int64")
        throw new ImagoError(`indices must be int64, received ${indices.dtype}; cast them`);
      const depth = indices.shape.at(-1);
      if (depth === undefined || depth > x.rank) {
        throw new ImagoError(`indices must end in an axis of 0 to ${x.rank}, the rank of what is indexed`);
      }
      const expected = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
      if (!sameShape(expected, updates.shape) || updates.dtype !== x.dtype) {
        throw new ImagoError(`updates must be ${x.dtype}${formatShape(expected)}`);
      }
      return [x.type];
    },
    gradient: ({ inputs: [, indices, updates], attributes, outputGradients: [dy] }): InputGradients => {
      const reduction = reductionOf(attributes, ["none", "add"]);
      const dx = reduction === "add" ? dy : scatterND(dy, indices, zeros(updates));
      return [dx, undefined, gatherND(dy, indices)];
    },
  },
  (operator, { reduction }) =>
    (x, indices, updates) => {
      const places = toIndices(indices);
      if (reduction === "none") return emit(operator, [x, places, updates]);
      const graph = graphOf(operator, [x, places, updates]);
      const dtype = typeof x !== "number" ? x.dtype : "float32";
      const values = [x, places, updates].map((operand) => toValue(graph, operand, dtype));
      return combine(operator, values as [Value, Value, Value], reduction);
    },
);

/**
 * ONNX Runtime shares the updates of a ScatterND among its threads without locks, so where an index comes
 * twice, sums lose terms (measured with 1.30, two threads). The same in operators that work in order:
 */
function combine(operator: Operator, inputs: [Value, Value, Value], reduction: Reduction): Value {
  inferTypes(operator, operator.type, inputs, new Attributes({ reduction: string(reduction) }));
  const [x, indices, updates] = inputs;
  const indexed = x.shape.slice(0, indices.shape.at(-1));
  const columns = sizeOf(x.shape.slice(indexed.length));
  const rows = linearIndices(indices, indexed);
  const slices = reshape(updates, [sizeOf(rows.shape), columns]);
  return reshape(scatterRows(reshape(x, [sizeOf(indexed), columns]), rows, slices, reduction), x.shape);
}
