import { ImagoError } from "../errors.js";
import { string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { text } from "../options.js";
import { defineOp, emit, inferBroadcast, none, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";

const directionField = text();

/** The bits of unsigned a moved by b places; those moved out are lost and zeros come in. */
export const bitShift = defineOp<
  [Value, Value],
  (a: Operand, b: Operand, direction: "left" | "right") => Value
>(
  "BitShift",
  {
    arity: 2,
    broadcasts: true,
    infer: ({ inputs, attributes }) => {
      requireKind(inputs[0], "unsigned");
      const direction = attributes.string("direction");
      if (direction !== "LEFT" && direction !== "RIGHT") {
        throw new ImagoError(`direction: expected "LEFT" or "RIGHT", received "${direction}"`);
      }
      return [inferBroadcast(inputs)];
    },
    gradient: none("integer output"),
  },
  (operator) => (a, b, direction) => {
    directionField.read(operator.type, "direction", direction);
    return emit(operator, [a, b], { direction: string(direction.toUpperCase()) });
  },
);
