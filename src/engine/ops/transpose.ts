import { ImagoError } from "../errors.js";
import { ints } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { wholes } from "./define/fields.js";

function reversed(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

function checkPermutation(permutation: readonly number[], rank: number): void {
  const sorted = [...permutation].sort((a, b) => a - b);
  if (sorted.length !== rank || sorted.some((axis, index) => axis !== index)) {
    throw new ImagoError(`perm [${permutation.join(", ")}] is not an order of the axes 0 to ${rank - 1}`);
  }
}

/** Axes in another order: axis i of the result is axis `permutation[i]` of `x`. Default: reversed. */
export const transpose = defineOp<[Value], (x: Value, permutation?: readonly number[]) => Value>(
  "Transpose",
  {
    arity: 1,
    infer: ({ inputs: [x], attributes }) => {
      const permutation = attributes.ints("perm") ?? reversed(x.rank);
      checkPermutation(permutation, x.rank);
      return [{ dtype: x.dtype, shape: permutation.map((axis) => x.size(axis)) }];
    },
    gradient: ({ inputs: [x], attributes, outputGradients: [dy] }): InputGradients => {
      const permutation = attributes.ints("perm") ?? reversed(x.rank);
      return [
        transpose(
          dy,
          reversed(x.rank).map((_, axis) => permutation.indexOf(axis)),
        ),
      ];
    },
  },
  (operator) => (x: Operand, permutation) => {
    if (permutation !== undefined) wholes.read(operator.type, "permutation", permutation);
    return emit(operator, [x], { perm: permutation === undefined ? undefined : ints(permutation) });
  },
);
