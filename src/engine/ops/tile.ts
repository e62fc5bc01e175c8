import { ImagoError } from "../errors.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { wholes } from "./define/fields.js";
import { reduceSum } from "./reduceSum.js";
import { reshape } from "./reshape.js";

/** `x` repeated along each axis as often as `repeats`, one number an axis, says. */
export const tile = defineOp<[Value, Value], (x: Operand, repeats: readonly number[]) => Value>(
  "Tile",
  {
    arity: 2,
    infer: ({ inputs: [x, given] }) => {
      const repeats = constantInts(given, "repeats");
      if (repeats.length !== x.rank || repeats.some((count) => count < 0)) {
        throw new ImagoError(`expected ${x.rank} repeats from 0, received [${repeats.join(", ")}]`);
      }
      return [{ dtype: x.dtype, shape: x.shape.map((size, axis) => size * (repeats[axis] as number)) }];
    },
    gradient: ({ inputs: [x, given], outputGradients: [dy] }): InputGradients => {
      const repeats = constantInts(given, "repeats");
      const apart = x.shape.flatMap((size, axis) => [repeats[axis] as number, size]);
      return [reduceSum(reshape(dy, apart), { axes: x.shape.map((_, axis) => 2 * axis) }), undefined];
    },
  },
  (operator) => (x, repeats) => {
    wholes.read(operator.type, "repeats", repeats);
    return x instanceof Value && repeats.length === x.rank && repeats.every((count) => count === 1)
      ? x
      : emit(operator, [x, int64Vector(repeats)]);
  },
);
