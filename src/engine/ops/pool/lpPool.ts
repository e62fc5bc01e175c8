import { int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import type { FieldsOf } from "../../options.js";
import { abs } from "../abs.js";
import { defineOp } from "../define/define.js";
import { whole } from "../define/fields.js";
import { equal } from "../equal.js";
import { mul } from "../mul.js";
import { pow } from "../pow.js";
import { sign } from "../sign.js";
import { where } from "../where.js";
import { scatterWindows } from "./averagePool.js";
import { type PoolOptions, poolAttributes, pooledType, poolFields, poolingOf } from "./pool.js";
import { emitPooling } from "./settlePooling.js";

export interface LpPoolOptions extends PoolOptions {
  /** Default: 2. */
  readonly p?: number | undefined;
}

const fields = {
  ...poolFields,
  p: whole(2),
} satisfies FieldsOf<LpPoolOptions>;

/** The p-norm of each window, (Σ |x|^p)^(1/p): [batch, channels, …] as other poolings. */
export const lpPool = defineOp<[Value], (x: Value, options: LpPoolOptions) => Value, typeof fields>(
  "LpPool",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => [pooledType(x, attributes)],
    gradient: ({ inputs: [x], outputs: [y], attributes, outputGradients: [dy] }): InputGradients => {
      const p = attributes.int("p", 2);
      // Where all is 0 the norm has no slope; 0, as everywhere else at such points.
      const flat = equal(y, 0);
      const share = where(flat, 0, mul(dy, pow(where(flat, 1, y), 1 - p)));
      const slope = p === 2 ? x : mul(sign(x), pow(abs(x), p - 1));
      return [mul(scatterWindows(share, x, poolingOf(x.shape, attributes)), slope)];
    },
  },
  (operator, { p, ...settings }) =>
    (x) =>
      emitPooling(operator, x, { ...poolAttributes(settings), p: int(p) })[0] as Value,
);
