import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { broadcastShapes, type Shape } from "../tensor/shape.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { wholes } from "./define/fields.js";
import { isAlready } from "./define/isAlready.js";

/** `x` broadcast together with `shape`. */
export const expand = defineOp<[Value, Value], (x: Operand, shape: Shape) => Value>(
  "Expand",
  {
    arity: 2,
    infer: ({ inputs: [x, shape] }) => [
      { dtype: x.dtype, shape: broadcastShapes(x.shape, constantInts(shape, "the target shape")) },
    ],
    broadcasts: true,
    gradient: ({ outputGradients: [dy] }): InputGradients => [dy, undefined],
  },
  (operator) => (x, shape) => {
    wholes.read(operator.type, "shape", shape);
    return isAlready(x, shape) ? x : emit(operator, [x, int64Vector(shape)]);
  },
);
