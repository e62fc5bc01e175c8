import type { Value } from "../graph/graph.js";
import { defineOp, emit, inferBroadcast, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { div } from "./div.js";

/** The arithmetic mean of any number of inputs, element by element. */
export const mean = defineOp<[Value, ...Value[]], (...inputs: [Operand, ...Operand[]]) => Value>(
  "Mean",
  {
    arity: [1, Number.POSITIVE_INFINITY],
    broadcasts: true,
    infer: ({ inputs }) => {
      requireKind(inputs[0], "floating-point");
      return [inferBroadcast(inputs)];
    },
    gradient: ({ inputs, outputGradients: [dy] }) => {
      const share = inputs.length === 1 ? dy : div(dy, inputs.length);
      return inputs.map(() => share);
    },
  },
  (operator) =>
    (...inputs) =>
      emit(operator, inputs),
);
