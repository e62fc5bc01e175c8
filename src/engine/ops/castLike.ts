import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { isFloat } from "../tensor/dtype.js";
import { cast } from "./cast.js";
import { defineOp, emit, type Operand } from "./define/define.js";

/** Converts x to the element type of `like`, whose elements do not matter. The gradient is as {@link cast}'s. */
export const castLike = defineOp<[Value, Value], (x: Operand, like: Operand) => Value>(
  "CastLike",
  {
    arity: 2,
    infer: ({ inputs: [x, like] }) => [{ dtype: like.dtype, shape: x.shape }],
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => [
      isFloat(x.dtype) ? cast(dy, x.dtype) : undefined,
      undefined,
    ],
  },
  (operator) => (x, like) => emit(operator, [x, like]),
);
