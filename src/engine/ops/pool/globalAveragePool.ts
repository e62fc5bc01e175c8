import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { sizeOf } from "../../tensor/shape.js";
import { requireImage } from "../conv/window.js";
import { defineOp, emit } from "../define/define.js";
import { requireKind } from "../define/elementKind.js";
import { expand } from "../expand.js";
import { mul } from "../mul.js";

/** The mean of each channel: [batch, channels, …] to [batch, channels, 1, …]. */
export const globalAveragePool = defineOp<[Value], (x: Value) => Value>(
  "GlobalAveragePool",
  {
    arity: 1,
    infer: ({ inputs: [x] }) => {
      requireImage(x.shape);
      requireKind(x, "floating-point");
      return [{ dtype: x.dtype, shape: x.shape.map((size, axis) => (axis < 2 ? size : 1)) }];
    },
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => [
      expand(mul(dy, 1 / sizeOf(x.shape.slice(2))), x.shape),
    ],
  },
  (operator) => (x) => emit(operator, [x]),
);
