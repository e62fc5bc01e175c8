import { Attributes, int, ints } from "../graph/attributes.js";
import type { Node, Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import type { Convolution } from "../ops/conv/convolution.js";
import { readWindow, spatialAxes } from "../ops/conv/window.js";
import { none } from "../ops/define/define.js";
import { toNumbers } from "../tensor/tensor.js";
import { weightForm } from "./blocked/weights/form.js";
import type { Device } from "./device.js";
import { permutationOf } from "./noOps.js";
import { isStandard, producerOf, type Rule, type Site } from "./rewrite.js";
import { areProductsFaster, shiftedProducts } from "./weightProducts.js";

const transposes = new Set(["Transpose"]);
const reshapes = new Set(["Reshape"]);
const slices = new Set(["Slice"]);
const convolutions = new Set(["Conv"]);

/** The gradient of a convolution for its weights, as differentiation says it. */
export interface WeightGradient {
  /** [batch, in, …sizes]; windows need not reach its end. */
  readonly x: Value;
  /** [batch, out, …counts] */
  readonly dy: Value;
  readonly convolution: Convolution;
  /** The order of the result's axes, of [out, in / group, …kernel]. */
  readonly order: readonly number[];
}

/**
 * The whole gradient as one operator, which stands in graphs on their way through lowering only, so that other rules
 * neither see its parts nor take them apart.
 */
const operator: Operator = {
  ...{ type: "ConvWeightGradient", domain: "imago.lowering", arity: [2, 2] },
  ...{ broadcasts: false, partialGradients: false, optionalOutputs: 0 },
  gradient: none("it stands in graphs on their way through lowering only"),
  infer: ({ inputs: [x, dy], attributes }) => {
    const [image, slopes] = [x as Value, dy as Value];
    const kernel = attributes.ints("kernel_shape") ?? [];
    const shape = [slopes.size(1), image.size(1) / attributes.int("group"), ...kernel];
    return [
      { dtype: image.dtype, shape: (attributes.ints("order") ?? []).map((axis) => shape[axis] as number) },
    ];
  },
};

/** What an operator of {@link weightGradients} computes; `undefined` for any other node. */
export function weightGradientOf(
  { operator: own, attributes }: Node,
  inputs: Site["inputs"],
): WeightGradient | undefined {
  if (own !== operator) return undefined;
  const [x, dy] = inputs as readonly [Value, Value];
  const kernel = attributes.ints("kernel_shape") as readonly number[];
  const window = readWindow(attributes, x.shape.slice(2), kernel);
  const order = attributes.ints("order") as readonly number[];
  return { x, dy, order, convolution: { ...window, group: attributes.int("group") } };
}

function emitGradient({ x, dy, convolution, order }: WeightGradient): Value {
  const { kernel, strides, dilations, before, after, group } = convolution;
  const attributes = new Attributes({
    ...{ kernel_shape: ints(kernel), strides: ints(strides), dilations: ints(dilations) },
    ...{ pads: ints([...before, ...after]), group: int(group), order: ints(order) },
  });
  return x.graph.emit(operator, [x, dy], attributes)[0] as Value;
}

/**
 * The gradient of a convolution for its weights, in the way that the device does faster: by kernels for blocks of
 * channels, or as products of matrices.
 */
export const weightGradients =
  (device: Device): Rule =>
  (site) => {
    const { node, inputs, graph } = site;
    if (!isStandard(node, transposes)) return undefined;
    const [source] = inputs as readonly [Value];
    const { producer } = source;
    const order = permutationOf(node.attributes.ints("perm"), source.rank);
    const known = producer && weightGradientOf(producer, producer.inputs);
    if (known !== undefined && site.uses(node.inputs[0] as Value) === 1) {
      return [emitGradient({ ...known, order: order.map((axis) => known.order[axis] as number) })];
    }
    const found = swapped(source, order);
    if (found === undefined) return undefined;
    const { x, dy, convolution } = found;
    if (device.namedBlocks === true && graph.parent === undefined && weightForm(found) !== undefined)
      return [emitGradient(found)];
    return areProductsFaster(x, convolution) ? [shiftedProducts(x, dy, convolution)] : undefined;
  };

/** The gradient whose parts a Transpose in `order` of a convolution of `result` are. */
function swapped(result: Value, order: readonly number[]): WeightGradient | undefined {
  const node = producerOf(result, convolutions);
  const [image, slopes, bias] = node?.inputs ?? [];
  if (node === undefined || image === undefined || slopes === undefined || bias !== undefined)
    return undefined;
  const exchange = [1, 0, ...spatialAxes(result.rank)];
  if (order.join() !== exchange.join()) return undefined;
  const dy = exchanged(slopes, 1);
  const group = node.attributes.int("group", 1);
  const cropped = producerOf(image, slices);
  if (cropped !== undefined && !takesFirst(cropped)) return undefined;
  const x = exchanged(cropped?.inputs[0] ?? image, group);
  if (dy === undefined || x === undefined || x.dtype !== "float32" || x.size(0) !== dy.size(0))
    return undefined;
  const window = readWindow(node.attributes, image.shape.slice(2), slopes.shape.slice(2));
  const { strides, dilations, before, after } = window;
  const convolution: Convolution = {
    ...{ kernel: result.shape.slice(2), strides: dilations, dilations: strides },
    ...{ before, after, group },
  };
  return { x, dy, convolution, order: order.map((_, axis) => axis) };
}

/** The image [batch, channels, …] of which `value` is [channels / group, group · batch, …]. */
function exchanged(value: Value, group: number): Value | undefined {
  const exchange = [1, 0, ...spatialAxes(value.rank)];
  if (group === 1) return sourceOf(value, exchange);
  const apart = producerOf(value, reshapes)?.inputs[0];
  const order = [2, 1, 0, ...spatialAxes(value.rank).map((axis) => axis + 1)];
  const image = producerOf(apart && sourceOf(apart, order), reshapes)?.inputs[0];
  const isSource =
    image?.rank === value.rank &&
    image.size(1) === group * value.size(0) &&
    image.size(0) * group === value.size(1);
  return isSource ? image : undefined;
}

/** What a Transpose in `order` makes `value` of. */
function sourceOf(value: Value, order: readonly number[]): Value | undefined {
  const node = producerOf(value, transposes);
  const own = node && permutationOf(node.attributes.ints("perm"), value.rank);
  return own?.join() === order.join() ? node?.inputs[0] : undefined;
}

/** Whether a Slice takes the first elements along spatial axes: those that windows reach. */
function takesFirst({ inputs }: Node): boolean {
  const [starts, , axes, steps] = inputs
    .slice(1)
    .map((one) => (one?.constant === undefined ? undefined : Array.from(toNumbers(one.constant))));
  const isPlain = steps === undefined || steps.every((step) => step === 1);
  return (
    isPlain && starts?.every((start) => start === 0) === true && axes?.every((axis) => axis >= 2) === true
  );
}
