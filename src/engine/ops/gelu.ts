import { ImagoError } from "../errors.js";
import { string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, oneOf, optional } from "../options.js";
import { add } from "./add.js";
import { clip } from "./clip.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { erf } from "./erf.js";
import { exp } from "./exp.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";
import { tanh } from "./tanh.js";

export interface GeluOptions {
  /** `"none"`: with the normal distribution; `"tanh"`: with its approximation by tanh. Default: `"none"`. */
  readonly approximate?: "none" | "tanh" | undefined;
}

/** Φ(x) + x · φ(x), with the standard normal distribution Φ and its density φ. */
function slope(x: Value): Value {
  const distribution = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(distribution, mul(x, density));
}

/** The derivative of x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
function approximateSlope(x: Value): Value {
  const scale = Math.sqrt(2 / Math.PI);
  const square = mul(x, x);
  const t = tanh(mul(x, add(mul(square, 0.044715 * scale), scale)));
  const inner = mul(x, add(mul(square, 3 * 0.044715 * scale), scale));
  return mul(add(add(t, 1), mul(sub(1, mul(t, t)), inner)), 0.5);
}

const fields = {
  approximate: optional(oneOf(["none", "tanh"])),
} satisfies FieldsOf<GeluOptions>;

/** x · Φ(x), where Φ is the standard normal distribution (Hendrycks and Gimpel 2016, section 2). */
export const gelu = defineOp<[Value], (x: Operand, options?: GeluOptions) => Value, typeof fields>(
  "Gelu",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => {
      requireKind(x, "floating-point");
      const approximate = attributes.string("approximate", "none");
      if (approximate !== "none" && approximate !== "tanh") {
        throw new ImagoError(`approximate: expected "none" or "tanh", received "${approximate}"`);
      }
      return [x.type];
    },
    gradient: ({ inputs: [x], attributes, outputGradients: [dy] }): InputGradients => {
      // The slope is constant beyond; without the bounds it would be 0 · ∞ at an infinite x.
      const bounded = clip(x, -40, 40);
      const derivative = attributes.string("approximate", "none") === "tanh" ? approximateSlope : slope;
      return [mul(dy, derivative(bounded))];
    },
  },
  (operator, { approximate }) =>
    (x) =>
      emit(operator, [x], { approximate: approximate === undefined ? undefined : string(approximate) }),
);
