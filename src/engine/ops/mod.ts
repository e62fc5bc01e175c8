import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag, optional } from "../options.js";
import { isFloat } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { defineOp, emit, inferBroadcast, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { round } from "./round.js";
import { sub } from "./sub.js";

export interface ModOptions {
  /**
   * Whether the remainder has the sign of a, as `%` in C and JavaScript, instead of the sign of b, as in
   * Python. Default: true for floating-point elements, for which ONNX knows nothing else, else false.
   */
  readonly truncated?: boolean | undefined;
}

const fields = {
  truncated: optional(flag(false)),
} satisfies FieldsOf<ModOptions>;

/** The remainder of a / b. The gradient for b is −trunc(a / b). */
export const mod = defineOp<
  [Value, Value],
  (a: Operand, b: Operand, options?: ModOptions) => Value,
  typeof fields
>(
  "Mod",
  {
    arity: 2,
    options: { at: 2, fields },
    broadcasts: true,
    infer: ({ inputs, attributes }) => {
      requireKind(inputs[0], "numeric");
      if (isFloat(inputs[0].dtype) && attributes.int("fmod", 0) !== 1) {
        throw new ImagoError("floating-point elements need fmod = 1 (the remainder has the sign of a)");
      }
      return [inferBroadcast(inputs)];
    },
    gradient: ({ inputs: [a, b], outputs: [y], outputGradients: [dy] }): InputGradients => [
      dy,
      neg(mul(dy, round(div(sub(a, y), b)))),
    ],
  },
  (operator, { truncated }) =>
    (a, b) => {
      const typed = [a, b].find((operand) => operand instanceof Value || operand instanceof Tensor);
      const float = typed !== undefined && isFloat(typed.dtype);
      return emit(operator, [a, b], { fmod: (truncated ?? float) ? int(1) : undefined });
    },
);
