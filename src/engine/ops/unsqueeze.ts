import { ImagoError } from "../errors.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { normalizeAxes } from "../tensor/shape.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { wholes } from "./define/fields.js";
import { reshape } from "./reshape.js";

/** `x` with new axes of size 1 at the places `axes` of the result, negative ones counted from its end. */
export const unsqueeze = defineOp<[Value, Value], (x: Operand, axes: readonly number[]) => Value>(
  "Unsqueeze",
  {
    arity: 2,
    infer: ({ inputs: [x, given] }) => {
      const wanted = constantInts(given, "axes");
      const rank = x.rank + wanted.length;
      const axes = normalizeAxes(wanted, rank);
      if (axes.length !== wanted.length) throw new ImagoError(`axes [${wanted.join(", ")}] name one twice`);
      const sizes = x.shape[Symbol.iterator]();
      const shape = Array.from({ length: rank }, (_, axis) =>
        axes.includes(axis) ? 1 : (sizes.next().value as number),
      );
      return [{ dtype: x.dtype, shape }];
    },
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => [reshape(dy, x.shape), undefined],
  },
  (operator) => (x, axes) => {
    wholes.read(operator.type, "axes", axes);
    return x instanceof Value && axes.length === 0 ? x : emit(operator, [x, int64Vector(axes)]);
  },
);
