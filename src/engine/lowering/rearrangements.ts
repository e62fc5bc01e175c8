import { Attributes, int, ints } from "../graph/attributes.js";
import type { Node, Value } from "../graph/graph.js";
import { int64Vector } from "../ops/define/define.js";
import { reshape } from "../ops/reshape.js";
import { transpose } from "../ops/transpose.js";
import { sameShape } from "../tensor/shape.js";
import { permutationOf } from "./noOps.js";
import { emitAs, isStandard, producerOf, type Rule } from "./rewrite.js";

const reshapes = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten"]);
const transposes = new Set(["Transpose"]);

/** Two reshapes or two transposes in a row are one, or none; a transpose that only moves axes of one element is a reshape. */
export const rearrangements: Rule = ({ node, inputs, graph }) => {
  const [middle] = inputs;
  if (isStandard(node, transposes) && middle !== undefined && keepsOrder(node, middle))
    return [reshape(producerOf(middle, reshapes)?.inputs[0] ?? middle, (node.outputs[0] as Value).shape)];
  const before = middle?.producer;
  const x = before?.inputs[0];
  if (middle === undefined || before === undefined || x === undefined) return undefined;
  if (isStandard(node, reshapes) && isStandard(before, reshapes)) {
    const { shape } = node.outputs[0] as Value;
    if (sameShape(shape, x.shape)) return [x];
    const attributes = new Attributes({ allowzero: shape.includes(0) ? int(1) : undefined });
    return emitAs(node, graph, reshape.operator, [x, graph.constant(int64Vector(shape))], attributes);
  }
  if (!isStandard(node, transposes) || !isStandard(before, transposes)) return undefined;
  const first = permutationOf(before.attributes.ints("perm"), x.rank);
  const second = permutationOf(node.attributes.ints("perm"), x.rank);
  const both = second.map((axis) => first[axis] as number);
  if (both.every((axis, index) => axis === index)) return [x];
  return emitAs(node, graph, transpose.operator, [x], new Attributes({ perm: ints(both) }));
};

/** Whether the axes of more than one element stay in their order. */
function keepsOrder({ attributes }: Node, x: Value): boolean {
  const moved = permutationOf(attributes.ints("perm"), x.rank).filter((axis) => x.size(axis) !== 1);
  return moved.every((axis, place) => place === 0 || axis > (moved[place - 1] as number));
}
