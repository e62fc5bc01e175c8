import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag } from "../options.js";
import { normalizeAxis } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { constantInts, defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";

export interface CumSumOptions {
  readonly axis: number;
  /** Leave each element itself out of its sum. Default: false. */
  readonly exclusive?: boolean;
  /** Sum from the end. Default: false. */
  readonly reverse?: boolean;
}

const fields = {
  axis: whole(),
  exclusive: flag(false),
  reverse: flag(false),
} satisfies FieldsOf<CumSumOptions>;

/** For each element the sum of all up to it along an axis. */
export const cumSum = defineOp<[Value, Value], (x: Operand, options: CumSumOptions) => Value, typeof fields>(
  "CumSum",
  {
    arity: 2,
    options: { at: 1, fields },
    infer: ({ inputs: [x, axis] }) => {
      normalizeAxis(constantInts(axis, "the axis")[0] as number, x.rank);
      return [x.type];
    },
    gradient: ({ inputs: [, axis], attributes, outputGradients: [dy] }): InputGradients => {
      const dx = cumSum(dy, {
        axis: constantInts(axis, "the axis")[0] as number,
        exclusive: attributes.int("exclusive", 0) === 1,
        reverse: attributes.int("reverse", 0) === 0,
      });
      return [dx, undefined];
    },
  },
  (operator, { axis, exclusive, reverse }) =>
    (x) =>
      emit(operator, [x, Tensor.scalar(axis, "int64")], {
        exclusive: exclusive ? int(1) : undefined,
        reverse: reverse ? int(1) : undefined,
      }),
);
