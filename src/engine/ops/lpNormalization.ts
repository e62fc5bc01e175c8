import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, number } from "../options.js";
import { normalizeAxis } from "../tensor/shape.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { div } from "./div.js";
import { equal } from "./equal.js";
import { mul } from "./mul.js";
import { reduceL1 } from "./reduceL1.js";
import { reduceL2 } from "./reduceL2.js";
import { reduceSum } from "./reduceSum.js";
import { sign } from "./sign.js";
import { sub } from "./sub.js";
import { where } from "./where.js";

export interface LpNormalizationOptions {
  /** Default: -1, the last. */
  readonly axis?: number;
  /** 1 for the sum of magnitudes, 2 for the Euclidean norm. Default: 2. */
  readonly p?: 1 | 2;
}

const fields = {
  axis: whole(-1),
  p: number({ default: 2, min: 1, max: 2, integer: true }),
} satisfies FieldsOf<LpNormalizationOptions>;

/** x divided by its norm along an axis; 0 where the norm is 0. */
export const lpNormalization = defineOp<
  [Value],
  (x: Operand, options?: LpNormalizationOptions) => Value,
  typeof fields
>(
  "LpNormalization",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => {
      normalizeAxis(attributes.int("axis", -1), x.rank);
      const p = attributes.int("p", 2);
      if (p !== 1 && p !== 2) throw new ImagoError(`p must be 1 or 2, received ${p}`);
      return [x.type];
    },
    gradient: ({ inputs: [x], outputs: [y], attributes, outputGradients: [dy] }): InputGradients => {
      const along = { axes: [attributes.int("axis", -1)], keepDims: true };
      const euclidean = attributes.int("p", 2) === 2;
      const norm = euclidean ? reduceL2(x, along) : reduceL1(x, along);
      const slope = euclidean ? y : sign(x);
      const change = sub(dy, mul(slope, reduceSum(mul(dy, y), along)));
      // Where all is 0 the function has no slope; 0, as everywhere else at such points.
      return [where(equal(norm, 0), 0, div(change, where(equal(norm, 0), 1, norm)))];
    },
  },
  (operator, { axis, p }) =>
    (x) =>
      emit(operator, [x], { axis: int(axis), p: int(p) }),
);
