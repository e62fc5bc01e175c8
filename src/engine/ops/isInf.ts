import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { defineOp, emit, none, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";

export interface IsInfOptions {
  /** Whether ∞ counts. Default: true. */
  readonly positive?: boolean | undefined;
  /** Whether −∞ counts. Default: true. */
  readonly negative?: boolean | undefined;
}

/** Whether x is infinite. */
export const isInf = defineOp<[Value], (x: Operand, options?: IsInfOptions) => Value>(
  "IsInf",
  {
    arity: 1,
    options: { at: 1 },
    infer: ({ inputs: [x] }) => {
      requireKind(x, "floating-point");
      return [{ dtype: "bool", shape: x.shape }];
    },
    gradient: none("boolean output"),
  },
  (operator) =>
    (x, { positive = true, negative = true } = {}) =>
      emit(operator, [x], {
        detect_positive: positive ? undefined : int(0),
        detect_negative: negative ? undefined : int(0),
      }),
);
