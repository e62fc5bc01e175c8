import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { add } from "../add.js";
import { cast } from "../cast.js";
import { div } from "../div.js";
import { equal } from "../equal.js";
import { mul } from "../mul.js";
import { defineOp, emit, inferBroadcast, type Operand } from "./define.js";
import { requireKind } from "./elementKind.js";

/** The gradient of the smallest or largest of several inputs: equal shares for all that are `y`. */
function shares(inputs: readonly Value[], y: Value, dy: Value): InputGradients {
  if (inputs.length === 1) return [dy];
  const chosen = inputs.map((input) => cast(equal(input, y), y.dtype));
  const share = div(
    dy,
    chosen.reduce((a, b) => add(a, b)),
  );
  return chosen.map((one) => mul(share, one));
}

/** Min or Max: any number of inputs that broadcast and share one element type. */
export function extremumOp(type: "Min" | "Max") {
  return defineOp<[Value, ...Value[]], (...inputs: [Operand, ...Operand[]]) => Value>(
    type,
    {
      arity: [1, Number.POSITIVE_INFINITY],
      broadcasts: true,
      infer: ({ inputs }) => {
        requireKind(inputs[0], "numeric");
        return [inferBroadcast(inputs)];
      },
      gradient: ({ inputs, outputs: [y], outputGradients: [dy] }) => shares(inputs, y, dy),
    },
    (operator) =>
      (...inputs) =>
        emit(operator, inputs),
  );
}
