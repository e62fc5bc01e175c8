import { Attributes, int, ints } from "../graph/attributes.js";
import type { Graph, Value } from "../graph/graph.js";
import type { Inputs } from "../graph/operator.js";
import { constantInts, int64Vector } from "../ops/define/define.js";
import { type ReduceInputs, reducedAxes } from "../ops/define/reduce.js";
import { reshape } from "../ops/reshape.js";
import { transpose } from "../ops/transpose.js";
import { normalizeAxis, sameShape, sizeOf } from "../tensor/shape.js";
import { permutationOf } from "./noOps.js";
import { isStandard, producerOf, type Rule, type Site } from "./rewrite.js";
import { WantedOrders } from "./wantedOrders.js";

const transposes = new Set(["Transpose"]);
const expands = new Set(["Expand"]);
const concats = new Set(["Concat"]);
const splits = new Set(["Split"]);
const pads = new Set(["Pad"]);
const slices = new Set(["Slice"]);

/** Operators that treat every element alike, whatever its place. */
const elementwise = new Set([
  ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cast", "Ceil", "Celu", "Clip", "Cos"],
  ...["Cosh", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity", "IsInf", "IsNaN"],
  ...["LeakyRelu", "Log", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid"],
  ...["Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh", "ThresholdedRelu"],
  ...["Add", "Sub", "Mul", "Div", "Pow", "Mod", "PRelu", "Sum", "Mean", "Min", "Max", "Where"],
  ...["And", "Or", "Xor", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"],
]);

const reduces = new Set([
  ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSumSquare"],
  ...["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp"],
]);

/** An operand of at most this share of the result's size costs nothing to bring into another order. */
const smallShare = 1 / 4;

/**
 * Moves Transposes behind element-wise operators, paddings, slices, concatenations, splits and reductions, towards those that
 * undo them: images are channels last between layers and channels first inside, so of all Transposes between two
 * convolutions none is left.
 *
 * A Transpose is moved where one further on undoes it, a reduction follows, or nothing else uses it. It is not
 * moved into a sub-graph, where it might run many times.
 *
 * @returns `undefined` where `graph` has no Transpose
 */
export function sinkTransposes(graph: Graph): Rule | undefined {
  if (!graph.nodes.some((node) => isStandard(node, transposes))) return undefined;
  const wanted = new WantedOrders(graph, (node) => {
    if (isStandard(node, elementwise) || isStandard(node, concats)) return "elementwise";
    if (isStandard(node, pads) || isStandard(node, slices)) return "border";
    return isStandard(node, reduces) ? "reduction" : undefined;
  });
  return (site) => {
    if (isStandard(site.node, elementwise)) return throughElementwise(site, wanted);
    if (isStandard(site.node, concats)) return throughConcat(site, wanted);
    if (isStandard(site.node, splits)) return throughSplit(site);
    if (isStandard(site.node, pads)) return throughBorder(site, wanted, padsInside);
    if (isStandard(site.node, slices)) return throughBorder(site, wanted, sliceInside);
    return isStandard(site.node, reduces) ? throughReduction(site) : undefined;
  };
}

/** The value and the permutation that make `value` by a Transpose in `graph` itself. */
function transposed(
  value: Value | undefined,
  graph: Graph,
): { readonly x: Value; readonly permutation: readonly number[] } | undefined {
  const x = value?.graph === graph ? producerOf(value, transposes)?.inputs[0] : undefined;
  if (x === undefined) return undefined;
  return { x, permutation: permutationOf(value?.producer?.attributes.ints("perm"), x.rank) };
}

function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** The result under the old name, in the order that it had. */
function restore({ node, graph }: Site, value: Value, permutation: readonly number[]): Value {
  const name = node.outputs[0]?.name;
  if (permutation.every((axis, index) => axis === index)) return value;
  const order = new Attributes({ perm: ints(permutation) });
  return graph.emit(transpose.operator, [value], order, { outputs: [name] })[0] as Value;
}

/** Emits the node's operator on operands in another order. */
function emitInside({ node, graph }: Site, inputs: Inputs, attributes = node.attributes): Value {
  return graph.emit(node.operator, inputs, attributes, { node: node.name })[0] as Value;
}

function throughElementwise(site: Site, wanted: WantedOrders): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const output = node.outputs[0] as Value;
  const at = inputs.findIndex(
    (input) => input !== undefined && sameShape(input.shape, output.shape) && transposed(input, graph),
  );
  const found = transposed(inputs[at], graph);
  if (found === undefined) return undefined;
  const { permutation } = found;
  const undone = wanted.has(output, inverse(permutation));
  const absorbed = undone || wanted.hasAny(output);
  const aligned: (Value | undefined)[] = [];
  for (const [index, input] of inputs.entries()) {
    if (input === undefined) {
      aligned.push(undefined);
      continue;
    }
    const own = transposed(input, graph);
    const alike = own !== undefined && own.permutation.join() === permutation.join();
    const free = site.uses(node.inputs[index] as Value) === 1;
    if (alike && (absorbed || free)) aligned.push(own.x);
    else if (isSmall(input, output)) aligned.push(alignSmall(input, graph, permutation));
    else if (!undone) return undefined;
    else if (input.rank < permutation.length) aligned.push(alignSmall(input, graph, permutation));
    else aligned.push(emitTranspose(input, graph, inverse(permutation)));
  }
  return [restore(site, emitInside(site, aligned), permutation)];
}

/** What `value` repeats, or itself. */
function unexpanded(value: Value): Value {
  return producerOf(value, expands)?.inputs[0] ?? value;
}

function isSmall(value: Value, output: Value): boolean {
  return sizeOf(unexpanded(value).shape) <= sizeOf(output.shape) * smallShare;
}

/** An operand that broadcasts, in the order in which the others are before `permutation`. */
function alignSmall(value: Value, graph: Graph, permutation: readonly number[]): Value {
  const small = unexpanded(value);
  if (small.rank === 0) return small;
  const full = [...new Array<number>(permutation.length - small.rank).fill(1), ...small.shape];
  const order = inverse(permutation);
  // Where at most one axis is longer than 1, the order of the elements is the same.
  const shape =
    full.filter((size) => size !== 1).length <= 1 ? order.map((axis) => full[axis] as number) : full;
  const aligned = reshaped(small, graph, shape);
  return shape === full ? emitTranspose(aligned, graph, order) : aligned;
}

function emitTranspose(value: Value, graph: Graph, order: readonly number[]): Value {
  return graph.emit(transpose.operator, [value], new Attributes({ perm: ints(order) }))[0] as Value;
}

function reshaped(value: Value, graph: Graph, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  const target = graph.constant(int64Vector(shape));
  const attributes = new Attributes({ allowzero: shape.includes(0) ? int(1) : undefined });
  return graph.emit(reshape.operator, [value, target], attributes)[0] as Value;
}

function throughConcat(site: Site, wanted: WantedOrders): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const output = node.outputs[0] as Value;
  const parts = inputs.map((input) => transposed(input, graph));
  const permutation = parts[0]?.permutation;
  if (permutation === undefined) return undefined;
  if (parts.some((part) => part?.permutation.join() !== permutation.join())) return undefined;
  const free = node.inputs.every((input) => site.uses(input as Value) === 1);
  if (!free && !wanted.has(output, inverse(permutation))) return undefined;
  const axis = permutation[normalizeAxis(node.attributes.int("axis"), output.rank)] as number;
  const joined = emitInside(
    site,
    parts.map((part) => part?.x),
    new Attributes({ axis: int(axis) }),
  );
  return [restore(site, joined, permutation)];
}

/** The parts of what a Transpose made: those of its operand, each transposed. */
function throughSplit(site: Site): readonly Value[] | undefined {
  const { node, inputs, graph, uses } = site;
  const found = transposed(inputs[0], graph);
  if (found === undefined || uses(node.inputs[0] as Value) !== 1) return undefined;
  const { x, permutation } = found;
  const axis = permutation[normalizeAxis(node.attributes.int("axis", 0), permutation.length)] as number;
  const sizes = inputs.slice(1);
  const attributes = new Attributes({ ...Object.fromEntries(node.attributes), axis: int(axis) });
  const parts = graph.emit(node.operator, [x, ...sizes], attributes, { node: node.name });
  const order = new Attributes({ perm: ints(permutation) });
  return parts.map((part) => graph.emit(transpose.operator, [part], order)[0] as Value);
}

/** What a Pad or Slice takes behind its first input, for that input before `permutation`. */
type Inside = (site: Site, permutation: readonly number[]) => Inputs | undefined;

function throughBorder(site: Site, wanted: WantedOrders, inside: Inside): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const found = transposed(inputs[0], graph);
  if (found === undefined) return undefined;
  const { x, permutation } = found;
  const free = site.uses(node.inputs[0] as Value) === 1;
  if (!free && !wanted.has(node.outputs[0] as Value, inverse(permutation))) return undefined;
  const rest = inside(site, permutation);
  return rest && [restore(site, emitInside(site, [x, ...rest]), permutation)];
}

const padsInside: Inside = ({ inputs: [, pads, value, axes], graph }, permutation) => {
  const given = pads?.constant === undefined || axes !== undefined ? undefined : constantInts(pads, "pads");
  if (given === undefined) return undefined;
  const order = inverse(permutation);
  const ends = [0, permutation.length].flatMap((first) => order.map((axis) => given[first + axis] as number));
  const list = graph.constant(int64Vector(ends));
  return value === undefined ? [list] : [list, value];
};

const sliceInside: Inside = ({ inputs: [, starts, ends, axes, steps], graph }, permutation) => {
  const count = starts?.shape[0];
  if (count === undefined || (axes !== undefined && axes.constant === undefined)) return undefined;
  const given = axes === undefined ? [...permutation.keys()].slice(0, count) : constantInts(axes, "axes");
  const moved = given.map((axis) => permutation[normalizeAxis(axis, permutation.length)] as number);
  return [starts, ends, graph.constant(int64Vector(moved)), ...(steps === undefined ? [] : [steps])];
};

/** A reduction over the axes that they were before the Transpose. */
function throughReduction(site: Site): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const found = transposed(inputs[0], graph);
  if (found === undefined) return undefined;
  const { x, permutation } = found;
  const axes = reducedAxes({ inputs: inputs as ReduceInputs, attributes: node.attributes });
  if (axes.length === 0) return undefined;
  const moved = axes.map((axis) => permutation[axis] as number).sort((a, b) => a - b);
  const sums = emitInside(site, [x, graph.constant(int64Vector(moved))]);
  const { shape } = node.outputs[0] as Value;
  if (shape.filter((size) => size !== 1).length <= 1) return [reshaped(sums, graph, shape)];
  const keep = node.attributes.int("keepdims", 1) === 1;
  return [restore(site, sums, keep ? permutation : orderOfRest(permutation, axes))];
}

/** The order that `permutation` brings the axes into that a reduction of `axes` of its result leaves. */
function orderOfRest(permutation: readonly number[], axes: readonly number[]): number[] {
  const rest = permutation.filter((_, axis) => !axes.includes(axis));
  const sorted = [...rest].sort((a, b) => a - b);
  return rest.map((axis) => sorted.indexOf(axis));
}
