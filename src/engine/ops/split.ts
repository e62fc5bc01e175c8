import { ImagoError } from "../errors.js";
import { type Attributes, int } from "../graph/attributes.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { normalizeAxis } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { concat } from "./concat.js";
import { constantInts, defineOp, emitAll, int64Vector } from "./define/define.js";
import { whole, wholes } from "./define/fields.js";

export interface SplitOptions {
  /** Default: 0. */
  readonly axis?: number;
  /** Sizes of the pieces along the axis, which add up to its size. */
  readonly sizes: readonly number[];
}

/** Sizes for `count` pieces as equal as can be, a smaller one last. */
function evenSizes(size: number, count: number): number[] {
  const each = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
}

function pieceSizes(size: number, sizes: Value | undefined, attributes: Attributes): number[] {
  if (sizes !== undefined) return constantInts(sizes, "the sizes");
  if (!attributes.has("num_outputs")) {
    throw new ImagoError(`expected the sizes of the pieces or the attribute "num_outputs"`);
  }
  return evenSizes(size, attributes.int("num_outputs"));
}

const fields = {
  axis: whole(0),
  sizes: wholes,
} satisfies FieldsOf<SplitOptions>;

/** Pieces of `x` along an axis. One piece is `x` itself. */
export const split = defineOp<
  [Value, Value?],
  (x: Value | Tensor, options: SplitOptions) => Value[],
  typeof fields
>(
  "Split",
  {
    arity: [1, 2],
    options: { at: 1, fields },
    infer: ({ inputs: [x, given], attributes }) => {
      const axis = normalizeAxis(attributes.int("axis", 0), x.rank);
      const size = x.size(axis);
      const sizes = pieceSizes(size, given, attributes);
      const total = sizes.reduce((a, b) => a + b, 0);
      if (total !== size || sizes.some((piece) => piece < 0)) {
        throw new ImagoError(`sizes [${sizes.join(", ")}] must add up to ${size}, the size of axis ${axis}`);
      }
      return sizes.map((piece) => ({ dtype: x.dtype, shape: x.shape.with(axis, piece) }));
    },
    gradient: ({ attributes, outputGradients }): InputGradients => [
      concat(outputGradients, { axis: attributes.int("axis", 0) }),
      undefined,
    ],
  },
  (operator, { axis, sizes }) =>
    (x) => {
      const whole = x instanceof Value && sizes.length === 1 && sizes[0] === x.shape.at(axis);
      return whole ? [x] : emitAll(operator, [x, int64Vector(sizes)], { axis: int(axis) });
    },
);
