import type { Value } from "../graph/graph.js";
import { sameShape } from "../tensor/shape.js";
import { isStandard, type Rule } from "./rewrite.js";

/** Operators that leave elements and their order alone: with the type they change nothing. */
const keepOrder = new Set(["Identity", "Reshape", "Expand", "Cast", "Squeeze", "Unsqueeze", "Flatten"]);
/** Operators that give their input back when it is the only one. */
const combine = new Set(["Concat", "Sum", "Mean", "Max", "Min"]);
const transposes = new Set(["Transpose"]);

/** The input of a node that does nothing, in its place. */
export const noOps: Rule = ({ node, inputs }) => {
  const [x] = inputs;
  const output = node.outputs[0] as Value;
  if (x === undefined || x.dtype !== output.dtype || !sameShape(x.shape, output.shape)) return undefined;
  const idle =
    isStandard(node, keepOrder) ||
    (isStandard(node, combine) && inputs.length === 1) ||
    (isStandard(node, transposes) && permutationOf(node.attributes.ints("perm"), x.rank).every(isInPlace));
  return idle ? [x] : undefined;
};

const isInPlace = (axis: number, index: number): boolean => axis === index;

/** The order of axes that a Transpose gives: reversed where it does not say. */
export function permutationOf(perm: readonly number[] | undefined, rank: number): readonly number[] {
  return perm ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}
