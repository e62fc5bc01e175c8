import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag } from "../options.js";
import { Tensor } from "../tensor/tensor.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";

export interface TriluOptions {
  /** Keep what is above the diagonal, else what is below. Default: true. */
  readonly upper?: boolean;
  /** Which diagonal: 0 the main one, positive ones above it. It is kept. Default: 0. */
  readonly k?: number;
}

const fields = {
  upper: flag(true),
  k: whole(0),
} satisfies FieldsOf<TriluOptions>;

/** The upper or lower triangle of each matrix in the last two axes, 0 elsewhere. */
export const trilu = defineOp<[Value, Value?], (x: Operand, options?: TriluOptions) => Value, typeof fields>(
  "Trilu",
  {
    arity: [1, 2],
    options: { at: 1, fields },
    infer: ({ inputs: [x] }) => {
      if (x.rank < 2) throw new ImagoError("expected a matrix or a stack of them");
      return [x.type];
    },
    gradient: ({ inputs: [, k], attributes, outputGradients: [dy] }): InputGradients => [
      emit(trilu.operator, [dy, k], { upper: int(attributes.int("upper", 1)) }),
      undefined,
    ],
  },
  (operator, { upper, k }) =>
    (x) =>
      emit(operator, [x, k === 0 ? undefined : Tensor.scalar(k, "int64")], { upper: int(upper ? 1 : 0) }),
);
