import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { dtypeOfElement, elementTypeOf } from "./define/elementType.js";

/** Converts the element type. The gradient is converted back where both types are floating-point. */
export const cast = defineOp<[Value], (x: Operand, dtype: DType) => Value>(
  "Cast",
  {
    arity: 1,
    infer: ({ inputs: [x], attributes }) => [{ dtype: dtypeOfElement(attributes.int("to")), shape: x.shape }],
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => [
      isFloat(x.dtype) ? cast(dy, x.dtype) : undefined,
    ],
  },
  (operator) => (x, dtype) => emit(operator, [x], { to: int(elementTypeOf(dtype)) }),
);
