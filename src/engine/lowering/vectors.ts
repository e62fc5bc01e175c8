import type { Value } from "../graph/graph.js";
import { reshape } from "../ops/reshape.js";
import { sizeOf } from "../tensor/shape.js";
import { emitAs, isStandard, producerOf, type Rule } from "./rewrite.js";

const reshapes = new Set(["Reshape"]);

/** Operators that treat every element alike. */
const elementwise = new Set([
  ...[
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Neg",
    "Sqrt",
    "Reciprocal",
    "Sum",
    "Max",
    "Min",
    "Pow",
    "Exp",
    "Log",
    "Abs",
  ],
]);

/** What is computed as a vector at most: more elements are worth more than a few operators that only rename axes. */
const mostElements = 2 ** 16;

/**
 * Arithmetic on vectors that were given further axes, as batch normalisation's on a number for each channel: on the
 * vectors themselves. The axes are given to the result, where mostly the next operator takes them off again.
 */
export const vectors: Rule = ({ node, inputs, graph }) => {
  const output = node.outputs[0] as Value;
  const size = sizeOf(output.shape);
  if (!isStandard(node, elementwise) || output.rank < 2 || size > mostElements) return undefined;
  if (output.shape.filter((length) => length !== 1).length > 1) return undefined;
  const operands = inputs as readonly Value[];
  const isVector = (value: Value): boolean => sizeOf(value.shape) === size;
  if (!operands.every((value) => isVector(value) || (sizeOf(value.shape) === 1 && value.rank <= 1)))
    return undefined;
  // Where nothing was given axes, they may as well stay.
  if (!operands.some((value) => producerOf(value, reshapes)?.inputs[0]?.rank === 1)) return undefined;
  const flat = operands.map((value) => (isVector(value) && size > 1 ? vectorOf(value, size) : value));
  const result = emitAs(node, graph, node.operator, flat, node.attributes)[0] as Value;
  return [reshape(result, output.shape)];
};

/** The vector that was given further axes, or one made of what has them. */
function vectorOf(value: Value, size: number): Value {
  const source = producerOf(value, reshapes)?.inputs[0];
  return source?.rank === 1 ? source : reshape(value, [size]);
}
