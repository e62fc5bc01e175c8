import { int, ints } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { int64Vector } from "../ops/define/define.js";
import { reducedAxes } from "../ops/define/reduce.js";
import { expand } from "../ops/expand.js";
import { matMul } from "../ops/matMul.js";
import { reshape } from "../ops/reshape.js";
import { normalizeAxis } from "../tensor/shape.js";
import { elementwise, elementwiseTypes } from "./elementwise.js";
import { again, aligned, memberShape, type Stacked, type StackingRule, spread } from "./stacked.js";
import { unrolled } from "./unrolled.js";

/** Operators with one axis among the member's own, all of whose inputs must have the members' axis. */
const along =
  (fallback: number): StackingRule =>
  (call) => {
    const rank = memberShape(call.inputs[0] as Stacked).length;
    const axis = normalizeAxis(call.node.attributes.int("axis", fallback), rank);
    const inputs = call.inputs.map((input) => input && spread(input, call.members));
    return again(call, inputs, { axis: int(axis + 1) });
  };

/** As `along`, the sizes behind the first input being the same for all. */
const split: StackingRule = (call) => {
  const [x, sizes] = call.inputs as [Stacked, Stacked?];
  if (!x.varies) return unrolled(call);
  const axis = normalizeAxis(call.node.attributes.int("axis", 0), memberShape(x).length);
  return again(call, [x.value, sizes?.value], { axis: int(axis + 1) });
};

const reduce: StackingRule = (call) => {
  const axes = reducedAxes({ inputs: call.node.inputs as [Value, Value?], attributes: call.node.attributes });
  const own = call.graph.constant(int64Vector(axes.map((axis) => axis + 1)));
  const value = (call.inputs[0] as Stacked).value;
  // Without axes the node gave back what it was given.
  return axes.length === 0 ? [value] : again(call, [value, own]);
};

/** For what keeps the elements and their order: another shape alone. */
const reshaped: StackingRule = ({ node, inputs, members }) => [
  reshape((inputs[0] as Stacked).value, [members, ...(node.outputs[0] as Value).shape]),
];

const expanded: StackingRule = ({ node, inputs, members }) => {
  const { shape } = node.outputs[0] as Value;
  return [expand(aligned(inputs[0] as Stacked, shape.length, members), [members, ...shape])];
};

const transposed: StackingRule = (call) => {
  const x = call.inputs[0] as Stacked;
  const rank = memberShape(x).length;
  const order = call.node.attributes.ints("perm") ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  return again(call, [x.value], { perm: ints([0, ...order.map((axis) => axis + 1)]) });
};

/** Rows of a table: of the members' own tables at the same places, or of one table at the members' places. */
const gathered: StackingRule = (call) => {
  const [x, indices] = call.inputs as [Stacked, Stacked];
  const axis = normalizeAxis(call.node.attributes.int("axis", 0), memberShape(x).length);
  if (x.varies && !indices.varies) return again(call, [x.value, indices.value], { axis: int(axis + 1) });
  if (!x.varies && axis === 0) return again(call, [x.value, indices.value]);
  return unrolled(call);
};

/** One product for all; where all rows of a member meet one matrix, they are made one matrix first. */
const product: StackingRule = (call) => {
  const [a, b] = call.inputs as [Stacked, Stacked];
  const [left, right] = [memberShape(a), memberShape(b)];
  if (left.length < 2 || right.length < 2) return unrolled(call);
  const { members } = call;
  if (a.varies && right.length === 2 && left.length > 2) {
    const rows = reshape(a.value, [members, -1, left.at(-1) as number]);
    return [reshape(matMul(rows, b.value), [members, ...(call.node.outputs[0] as Value).shape])];
  }
  const rank = Math.max(left.length, right.length);
  return [matMul(aligned(a, rank, members), aligned(b, rank, members))];
};

/** The slope broadcasts to x, and x to nothing. */
const sloped: StackingRule = (call) => {
  const [x, slope] = call.inputs as [Stacked, Stacked];
  return elementwise({ ...call, inputs: [{ value: spread(x, call.members), varies: true }, slope] });
};

/** Bounds are single numbers in ONNX: of the members' own each is clipped by itself. */
const clipped: StackingRule = (call) =>
  call.inputs.slice(1).some((bound) => bound?.varies === true) ? unrolled(call) : elementwise(call);

const reductions = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"];

/** How operators take all members at once; any other is applied to each member by itself. */
export const stackingRules: Readonly<Record<string, StackingRule>> = {
  ...Object.fromEntries(elementwiseTypes.map((type) => [type, elementwise])),
  ...Object.fromEntries(reductions.map((type) => [`Reduce${type}`, reduce])),
  ...Object.fromEntries(["Reshape", "Squeeze", "Unsqueeze", "Flatten"].map((type) => [type, reshaped])),
  ...Object.fromEntries(["Softmax", "LogSoftmax", "Hardmax"].map((type) => [type, along(-1)])),
  ...Object.fromEntries(["ArgMax", "ArgMin", "GatherElements", "ScatterElements"].map((t) => [t, along(0)])),
  Clip: clipped,
  PRelu: sloped,
  Concat: along(0),
  Split: split,
  Expand: expanded,
  Transpose: transposed,
  Gather: gathered,
  MatMul: product,
};
