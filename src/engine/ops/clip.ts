import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { formatType } from "../tensor/tensor.js";
import { and } from "./and.js";
import { cast } from "./cast.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { greater } from "./greater.js";
import { greaterOrEqual } from "./greaterOrEqual.js";
import { less } from "./less.js";
import { lessOrEqual } from "./lessOrEqual.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";
import { where } from "./where.js";

function gradient(x: Value, low: Value | undefined, high: Value | undefined, dy: Value): InputGradients {
  const inside = [
    ...(low === undefined ? [] : [greaterOrEqual(x, low)]),
    ...(high === undefined ? [] : [lessOrEqual(x, high)]),
  ];
  if (inside.length === 0) return [dy];
  return [
    mul(dy, cast(inside.reduce(and), x.dtype)),
    low && reduceSum(where(less(x, low), dy, 0)),
    high && reduceSum(where(greater(x, high), dy, 0)),
  ];
}

/**
 * x, but at least `low` and at most `high`; a bound left out does not bound. Bounds are scalars. The
 * gradient passes where x lies between the bounds or on one, and goes to the bound elsewhere.
 *
 * With one bound only, ONNX Runtime takes the largest finite number for the other, so that an infinite x
 * becomes finite; `max` and `min` keep it infinite.
 */
export const clip = defineOp<
  [Value, Value?, Value?],
  (x: Operand, low?: Operand | undefined, high?: Operand | undefined) => Value
>(
  "Clip",
  {
    arity: [1, 3],
    infer: ({ inputs: [x, ...bounds] }) => {
      requireKind(x, "numeric");
      for (const bound of bounds) {
        if (bound !== undefined && (bound.rank !== 0 || bound.dtype !== x.dtype)) {
          throw new ImagoError(`expected a ${x.dtype}[] as bound, %${bound.name} is ${formatType(bound)}`);
        }
      }
      return [x.type];
    },
    gradient: ({ inputs: [x, low, high], outputGradients: [dy] }) => gradient(x, low, high, dy),
  },
  (operator) => (x, low, high) => emit(operator, [x, low, high]),
);
