import type { Value } from "../graph/graph.js";
import { defineOp, emit, inferBroadcast, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";

/** The sum of any number of inputs, element by element. */
export const sum = defineOp<[Value, ...Value[]], (...inputs: [Operand, ...Operand[]]) => Value>(
  "Sum",
  {
    arity: [1, Number.POSITIVE_INFINITY],
    broadcasts: true,
    infer: ({ inputs }) => {
      requireKind(inputs[0], "floating-point");
      return [inferBroadcast(inputs)];
    },
    gradient: ({ inputs, outputGradients: [dy] }) => inputs.map(() => dy),
  },
  (operator) =>
    (...inputs) =>
      emit(operator, inputs),
);
