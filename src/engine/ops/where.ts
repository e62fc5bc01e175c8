import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { broadcastShapes } from "../tensor/shape.js";
import { defineOp, emit, graphOf, type Operand, toValue } from "./define/define.js";
import { operand } from "./define/fields.js";

const choice = operand();

/** `a` where `condition` holds and `b` elsewhere; all three broadcast. */
export const where = defineOp<[Value, Value, Value], (condition: Operand, a: Operand, b: Operand) => Value>(
  "Where",
  {
    arity: 3,
    broadcasts: true,
    infer: ({ inputs: [condition, a, b] }) => {
      if (condition.dtype !== "bool") {
        throw new ImagoError(`expected a bool condition, %${condition.name} has ${condition.dtype}`);
      }
      if (a.dtype !== b.dtype) throw new ImagoError("expected both choices of one element type");
      return [{ dtype: a.dtype, shape: broadcastShapes(condition.shape, a.shape, b.shape) }];
    },
    gradient: ({ inputs: [condition], outputGradients: [dy] }): InputGradients => [
      undefined,
      where(condition, dy, 0),
      where(condition, 0, dy),
    ],
  },
  (operator) => (condition, a, b) => {
    choice.read(operator.type, "a", a);
    choice.read(operator.type, "b", b);
    const graph = graphOf(operator, [condition, a, b]);
    // A number takes the element type of the other choice, not the condition's.
    const dtype = typeof a !== "number" ? a.dtype : typeof b !== "number" ? b.dtype : "float32";
    return emit(operator, [condition, toValue(graph, a, dtype), toValue(graph, b, dtype)]);
  },
);
