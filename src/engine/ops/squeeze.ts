import { ImagoError } from "../errors.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { normalizeAxes } from "../tensor/shape.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { wholes } from "./define/fields.js";
import { reshape } from "./reshape.js";

/** `x` without `axes`, each of size 1. Default: without all axes of size 1. */
export const squeeze = defineOp<[Value, Value?], (x: Operand, axes?: readonly number[]) => Value>(
  "Squeeze",
  {
    arity: [1, 2],
    infer: ({ inputs: [x, given] }) => {
      const axes =
        given === undefined
          ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
          : normalizeAxes(constantInts(given, "axes"), x.rank);
      for (const axis of axes) {
        if (x.shape[axis] !== 1)
          throw new ImagoError(`axis ${axis} has size ${x.shape[axis]}, only axes of size 1 can go`);
      }
      return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }];
    },
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => [reshape(dy, x.shape), undefined],
  },
  (operator) => (x, axes) => {
    if (axes !== undefined) wholes.read(operator.type, "axes", axes);
    return x instanceof Value && (axes?.length === 0 || (axes === undefined && !x.shape.includes(1)))
      ? x
      : emit(operator, [x, axes === undefined ? undefined : int64Vector(axes)]);
  },
);
