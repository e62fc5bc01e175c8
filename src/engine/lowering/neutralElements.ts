import type { Value } from "../graph/graph.js";
import { sameShape } from "../tensor/shape.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";
import { uniformNumber } from "./uniform.js";

/** For each operator the number that changes nothing at the right, and whether at the left too. */
const neutral: Readonly<Record<string, readonly [number: number, commutes: boolean]>> = {
  Add: [0, true],
  Sub: [0, false],
  Mul: [1, true],
  Div: [1, false],
};
const types = new Set(Object.keys(neutral));
const negation = new Set(["Neg"]);

/**
 * x + 0, x − 0, x · 1, x / 1 and −(−x) are x, unless x is broadcast. (−0 + 0 would be +0; like ONNX Runtime's
 * own optimiser, this does not tell the zeros apart.)
 */
export const neutralElements: Rule = ({ node, inputs }) => {
  const [a, b] = inputs;
  if (isStandard(node, negation)) {
    const inner = producerOf(a, negation)?.inputs[0];
    return inner === undefined ? undefined : [inner];
  }
  if (!isStandard(node, types) || a === undefined || b === undefined) return undefined;
  const [number, commutes] = neutral[node.operator.type] as readonly [number, boolean];
  const { shape } = node.outputs[0] as Value;
  // `===`, so that both zeros count.
  if (uniformNumber(b) === number && sameShape(a.shape, shape)) return [a];
  return commutes && uniformNumber(a) === number && sameShape(b.shape, shape) ? [b] : undefined;
};
