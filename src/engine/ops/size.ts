import { valueField } from "../graph/fields.js";
import type { Value } from "../graph/graph.js";
import { sizeOf } from "../tensor/shape.js";
import { defineOp, none } from "./define/define.js";

/** The number of elements of `x` as a constant, int64 []: it is known when the graph is built. */
export const size = defineOp<[Value], (x: Value) => Value>(
  "Size",
  {
    arity: 1,
    infer: () => [{ dtype: "int64", shape: [] }],
    gradient: none("integer output"),
  },
  (operator) => (x) => {
    const { graph } = valueField.read(operator.type, "x", x);
    return graph.scalar(sizeOf(x.shape), "int64");
  },
);
