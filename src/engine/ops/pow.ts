import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { isFloat } from "../tensor/dtype.js";
import { broadcastShapes } from "../tensor/shape.js";
import { and } from "./and.js";
import { cast } from "./cast.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { equal } from "./equal.js";
import { greaterOrEqual } from "./greaterOrEqual.js";
import { log } from "./log.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";
import { where } from "./where.js";

/** b · a^(b−1); 0 where b is 0, also at a = 0. */
function gradientOfBase(a: Value, b: Value, dy: Value): Value | undefined {
  const exponent = b.rank === 0 ? b.constant?.item() : undefined;
  if (exponent === 0) return undefined;
  if (exponent === 1) return dy;
  if (exponent === 2) return mul(dy, mul(a, 2));
  if (exponent !== undefined) return mul(dy, mul(pow(a, exponent - 1), exponent));
  // 0⁰ has slope 0, but 0 · 0⁻¹ is NaN.
  const base = where(and(equal(a, 0), equal(b, 0)), 1, a);
  return mul(dy, mul(b, pow(base, sub(b, 1))));
}

/** aᵇ · log a; 0 where a is 0 and b is not negative. */
function gradientOfExponent(a: Value, b: Value, dy: Value, y: Value): Value {
  const base = where(and(equal(a, 0), greaterOrEqual(b, 0)), 1, a);
  return mul(dy, mul(y, log(base)));
}

/**
 * aᵇ; both broadcast, and the result has the element type of a. A negative a with a fractional b gives NaN,
 * and the gradient for the exponent is NaN wherever a is negative.
 */
export const pow = defineOp<[Value, Value], (a: Operand, b: Operand) => Value>(
  "Pow",
  {
    arity: 2,
    broadcasts: true,
    infer: ({ inputs: [a, b] }) => {
      requireKind(a, "signed");
      requireKind(b, "numeric");
      return [{ dtype: a.dtype, shape: broadcastShapes(a.shape, b.shape) }];
    },
    gradient: ({ inputs: [a, b], outputs: [y], outputGradients: [dy] }): InputGradients => {
      const exponent = b.dtype === a.dtype || b.constant !== undefined ? b : cast(b, a.dtype);
      return [
        gradientOfBase(a, exponent, dy),
        isFloat(b.dtype) && b.dtype === a.dtype ? gradientOfExponent(a, b, dy, y) : undefined,
      ];
    },
  },
  (operator) => (a, b) => emit(operator, [a, b]),
);
