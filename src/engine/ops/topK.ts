import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag, number } from "../options.js";
import { normalizeAxis } from "../tensor/shape.js";
import { zeros } from "./composed/zeros.js";
import { constantInts, defineOp, emitAll, int64Vector, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { scatterElements } from "./scatterElements.js";

export interface TopKOptions {
  readonly k: number;
  /** Default: -1, the last. */
  readonly axis?: number;
  /** `false` for the smallest. Default: true. */
  readonly largest?: boolean;
  /** In order. Default: true. */
  readonly sorted?: boolean;
}

export interface TopK {
  readonly values: Value;
  /** int64, places along the axis. */
  readonly indices: Value;
}

const fields = {
  k: number({ min: 0, integer: true }),
  axis: whole(-1),
  largest: flag(true),
  sorted: flag(true),
} satisfies FieldsOf<TopKOptions>;

/** The `k` largest elements along an axis and where they are; of equal elements the first come first. */
export const topK = defineOp<[Value, Value], (x: Operand, options: TopKOptions) => TopK, typeof fields>(
  "TopK",
  {
    arity: 2,
    options: { at: 1, fields },
    infer: ({ inputs: [x, count], attributes }) => {
      const axis = normalizeAxis(attributes.int("axis", -1), x.rank);
      const k = constantInts(count, "k")[0] as number;
      const size = x.size(axis);
      if (k < 0 || k > size)
        throw new ImagoError(`k must be from 0 to ${size}, the size of axis ${axis}, received ${k}`);
      const shape = x.shape.with(axis, k);
      return [
        { dtype: x.dtype, shape },
        { dtype: "int64", shape },
      ];
    },
    gradient: ({ inputs: [x], outputs: [, indices], attributes, outputGradients: [dy] }): InputGradients => [
      scatterElements(zeros(x), indices as Value, dy, { axis: attributes.int("axis", -1) }),
      undefined,
    ],
  },
  (operator, { k, axis, largest, sorted }) =>
    (x) => {
      const [values, indices] = emitAll(operator, [x, int64Vector([k])], {
        axis: int(axis),
        largest: int(largest ? 1 : 0),
        sorted: int(sorted ? 1 : 0),
      });
      return { values: values as Value, indices: indices as Value };
    },
);
