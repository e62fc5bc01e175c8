import { valueField } from "../graph/fields.js";
import type { Value } from "../graph/graph.js";
import { defineOp, int64Vector, none } from "./define/define.js";

/** The sizes of the axes of `x` as a constant, int64 [rank]: they are known when the graph is built. */
export const shape = defineOp<[Value], (x: Value) => Value>(
  "Shape",
  {
    arity: 1,
    infer: ({ inputs: [x], attributes }) => {
      const taken = x.shape.slice(attributes.int("start", 0), attributes.int("end", x.rank));
      return [{ dtype: "int64", shape: [taken.length] }];
    },
    gradient: none("integer output"),
  },
  (operator) => (x) => {
    const { graph } = valueField.read(operator.type, "x", x);
    return graph.constant(int64Vector(x.shape), "shape");
  },
);
