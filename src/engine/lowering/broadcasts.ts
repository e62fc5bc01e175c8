import type { Value } from "../graph/graph.js";
import type { Inputs } from "../graph/operator.js";
import { expand } from "../ops/expand.js";
import { broadcastShapes, normalizeAxis, sameShape } from "../tensor/shape.js";
import { emitAs, isStandard, producerOf, type Rule } from "./rewrite.js";

const expands = new Set(["Expand"]);

/** Operators all of whose inputs broadcast against each other. */
const broadcasting = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Mod", "Sum", "Mean", "Min", "Max", "Where"],
  ...["And", "Or", "Xor", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"],
  ...["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"],
]);

/** What an operator broadcasts anyway needs no Expand before it. */
export const broadcasts: Rule = ({ node, inputs, graph }) => {
  if (!isStandard(node, broadcasting)) return undefined;
  const { shape } = node.outputs[0] as Value;
  const fitted: (Value | undefined)[] = [...inputs];
  fitted.forEach((input, index) => {
    const x = producerOf(input, expands)?.inputs[0];
    const others = fitted.flatMap((other, at) => (other === undefined || at === index ? [] : [other.shape]));
    if (x !== undefined && sameShape(broadcastShapes(x.shape, ...others), shape)) fitted[index] = x;
  });
  if (isUnchanged(fitted, inputs)) return undefined;
  return emitAs(node, graph, node.operator, fitted, node.attributes);
};

function isUnchanged(fitted: Inputs, inputs: Inputs): boolean {
  return fitted.every((value, index) => value === inputs[index]);
}

const splits = new Set(["Split"]);

/**
 * What is repeated and then split up, along an axis that is not repeated: split up first. So each part, such as a branch's
 * share of a mean's gradient, is small, and mostly need not be repeated at all.
 */
export const splitExpansions: Rule = ({ node, inputs: [whole, ...sizes], graph }) => {
  const x = isStandard(node, splits) ? producerOf(whole, expands)?.inputs[0] : undefined;
  if (x === undefined || whole === undefined || x.rank !== whole.rank) return undefined;
  const axis = normalizeAxis(node.attributes.int("axis", 0), whole.rank);
  if (x.size(axis) !== whole.size(axis)) return undefined;
  const parts = graph.emit(node.operator, [x, ...sizes], node.attributes);
  return parts.map((part, index) => expand(part, (node.outputs[index] as Value).shape));
};
