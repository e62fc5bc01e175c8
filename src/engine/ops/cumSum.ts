import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { normalizeAxis } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { constantInts, defineOp, emit, type Operand } from "./define/define.js";

export interface CumSumOptions {
  readonly axis: number;
  /** Leave each element itself out of its sum. Default: false. */
  readonly exclusive?: boolean;
  /** Sum from the end. Default: false. */
  readonly reverse?: boolean;
}

/** For each element the sum of all up to it along an axis. */
export const cumSum = defineOp<[Value, Value], (x: Operand, options: CumSumOptions) => Value>(
  "CumSum",
  {
    arity: 2,
    options: { at: 1, required: true },
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
  (operator) =>
    (x, { axis, exclusive = false, reverse = false }) =>
      emit(operator, [x, Tensor.scalar(axis, "int64")], {
        exclusive: exclusive ? int(1) : undefined,
        reverse: reverse ? int(1) : undefined,
      }),
);
