import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { type FieldsOf, flag } from "../options.js";
import { defineOp, emit, none, type Operand } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";

export interface IsInfOptions {
  /** Whether ∞ counts. Default: true. */
  readonly positive?: boolean | undefined;
  /** Whether −∞ counts. Default: true. */
  readonly negative?: boolean | undefined;
}

const fields = {
  positive: flag(true),
  negative: flag(true),
} satisfies FieldsOf<IsInfOptions>;

/** Whether x is infinite. */
export const isInf = defineOp<[Value], (x: Operand, options?: IsInfOptions) => Value, typeof fields>(
  "IsInf",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x] }) => {
      requireKind(x, "floating-point");
      return [{ dtype: "bool", shape: x.shape }];
    },
    gradient: none("boolean output"),
  },
  (operator, { positive, negative }) =>
    (x) =>
      emit(operator, [x], {
        detect_positive: positive ? undefined : int(0),
        detect_negative: negative ? undefined : int(0),
      }),
);
