import { ImagoError } from "../../errors.js";
import { int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import { type FieldsOf, flag } from "../../options.js";
import { normalizeAxis } from "../../tensor/shape.js";
import { defineOp, emit, none, type Operand } from "./define.js";
import { whole } from "./fields.js";

export interface ArgOptions {
  readonly axis: number;
  /** Keep the axis with size 1. Default: false. */
  readonly keepDims?: boolean;
  /** Of equal elements take the last and not the first. Default: false. */
  readonly selectLast?: boolean;
}

const fields = {
  axis: whole(),
  keepDims: flag(false),
  selectLast: flag(false),
} satisfies FieldsOf<ArgOptions>;

/** An operator that gives the place of an extreme element along an axis, int64. */
export function argOp(type: "ArgMax" | "ArgMin") {
  return defineOp<[Value], (x: Operand, options: ArgOptions) => Value, typeof fields>(
    type,
    {
      arity: 1,
      options: { at: 1, fields },
      infer: ({ inputs: [x], attributes }) => {
        const axis = normalizeAxis(attributes.int("axis", 0), x.rank);
        if (x.shape[axis] === 0) throw new ImagoError(`axis ${axis} is empty and has no extreme element`);
        const kept = attributes.int("keepdims", 1) === 1 ? [1] : [];
        return [{ dtype: "int64", shape: x.shape.toSpliced(axis, 1, ...kept) }];
      },
      gradient: none("integer output"),
    },
    (operator, { axis, keepDims, selectLast }) =>
      (x) =>
        emit(operator, [x], {
          axis: int(axis),
          keepdims: int(keepDims ? 1 : 0),
          select_last_index: selectLast ? int(1) : undefined,
        }),
  );
}
