import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import { Value } from "../graph/graph.js";
import type { FieldsOf } from "../options.js";
import { sizeOf } from "../tensor/shape.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { whole } from "./define/fields.js";
import { reshape } from "./reshape.js";

export interface FlattenOptions {
  /** Default: 1. */
  readonly axis?: number;
}

const fields = {
  axis: whole(1),
} satisfies FieldsOf<FlattenOptions>;

/** A matrix: the axes before `axis` (default: 1) made one, and those from it on. A matrix at axis 1 is returned as it is. */
export const flatten = defineOp<[Value], (x: Operand, options?: FlattenOptions) => Value, typeof fields>(
  "Flatten",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => {
      const given = attributes.int("axis", 1);
      const axis = given < 0 ? given + x.rank : given;
      if (axis < 0 || axis > x.rank)
        throw new ImagoError(`axis ${given} must be within -${x.rank} and ${x.rank}`);
      return [{ dtype: x.dtype, shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))] }];
    },
    gradient: ({ inputs: [x], outputGradients: [dy] }) => [reshape(dy, x.shape)],
  },
  (operator, { axis }) =>
    (x) =>
      x instanceof Value && x.rank === 2 && (axis === 1 || axis === -1)
        ? x
        : emit(operator, [x], { axis: int(axis) }),
);
