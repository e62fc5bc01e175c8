import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { broadcastShapes, formatShape, sameShape } from "../tensor/shape.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

/** x above 0, `slope` · x elsewhere; `slope` broadcasts to the shape of x. The gradient at 0 is `slope`. */
export const prelu = defineOp<[Value, Value], (x: Operand, slope: Operand) => Value>(
  "PRelu",
  {
    arity: 2,
    broadcasts: true,
    infer: ({ inputs: [x, slope] }) => {
      requireKind(x, "numeric");
      if (slope.dtype !== x.dtype) throw new ImagoError("expected a slope of the input's element type");
      if (!sameShape(broadcastShapes(x.shape, slope.shape), x.shape)) {
        throw new ImagoError(
          `the slope's shape ${formatShape(slope.shape)} does not broadcast to ${formatShape(x.shape)}`,
        );
      }
      return [x.type];
    },
    gradient: ({ inputs: [x, slope], outputGradients: [dy] }): InputGradients => {
      const positive = greater(x, 0);
      return [where(positive, dy, mul(dy, slope)), where(positive, 0, mul(dy, x))];
    },
  },
  (operator) => (x, slope) => emit(operator, [x, slope]),
);
