import { ImagoError } from "../../errors.js";
import { Attributes, floats, int, ints, string } from "../../graph/attributes.js";
import type { Node, Value } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import { readWindow, windowCounts } from "../../ops/conv/window.js";
import { none } from "../../ops/define/define.js";
import { pooledType } from "../../ops/pool/pool.js";

/** Channels that lie beside each other in a blocked image: ONNX Runtime's block on processors with AVX-512. */
export const block = 16;

/** Channels of whole blocks. */
export const inBlocks = (channels: number): number => Math.ceil(channels / block) * block;

/** ONNX Runtime's kernels for images in blocks of channels. They are made by lowering, after differentiation. */
const domain = "com.microsoft.nchwc";
const madeByLowering = none("it stands in lowered graphs only");

/** What the kernels have in common. */
function blockedOperator(type: string, arity: readonly [number, number], infer: Operator["infer"]): Operator {
  return {
    ...{ type, domain, arity, infer, gradient: madeByLowering },
    ...{ broadcasts: false, partialGradients: false, optionalOutputs: 0 },
  };
}

const convOperator = blockedOperator("Conv", [2, 4], ({ inputs: [x, w], attributes }) => {
  const [image, weights] = [x as Value, w as Value];
  const window = readWindow(attributes, image.shape.slice(2), weights.shape.slice(2));
  const counts = windowCounts(image.shape.slice(2), window);
  return [{ dtype: "float32", shape: [image.size(0), weights.size(0), ...counts] }];
});

/** A function of every element that a convolution applies to its result. */
export interface Activation {
  readonly name: "Relu" | "HardSigmoid" | "Sigmoid" | "Tanh" | "LeakyRelu";
  readonly parameters?: readonly number[];
}

export interface BlockedConvOptions {
  readonly bias?: Value | undefined;
  /** A blocked image of the result's shape, which is added. */
  readonly sum?: Value | undefined;
  readonly activation?: Activation | undefined;
  /** Default: [1, 1]. */
  readonly strides?: readonly number[];
  /** Default: [1, 1]. */
  readonly dilations?: readonly number[];
  /** Rows and columns before, then behind. Default: none. */
  readonly pads?: readonly number[];
  /** Default: 1. */
  readonly group?: number;
}

/**
 * A convolution of a blocked image.
 *
 * @param x [batch, channels, rows, columns], blocked; or in its own order, where it has fewer channels than a block
 * @param w of the shape [out, in / group, …kernel], stored as [out / 16, in / 16, …kernel, 16 in, 16 out]; as
 * [out / 16, in, …kernel, 16] where `x` is not blocked or a group has one channel
 * @returns [batch, out, …], blocked
 */
export function blockedConv(x: Value, w: Value, options: BlockedConvOptions = {}): Value {
  const {
    bias,
    sum,
    activation,
    strides = [1, 1],
    dilations = [1, 1],
    pads = [0, 0, 0, 0],
    group = 1,
  } = options;
  const inputs = sum !== undefined ? [x, w, bias, sum] : bias !== undefined ? [x, w, bias] : [x, w];
  const attributes = new Attributes({
    ...{ kernel_shape: ints(w.shape.slice(2)), strides: ints(strides), dilations: ints(dilations) },
    ...{ pads: ints(pads), group: int(group) },
    activation: activation === undefined ? undefined : string(activation.name),
    activation_params: activation?.parameters === undefined ? undefined : floats(activation.parameters),
  });
  return x.graph.emit(convOperator, inputs, attributes)[0] as Value;
}

function pooling(type: string): Operator {
  return blockedOperator(type, [1, 1], ({ inputs: [x], attributes }) => [pooledType(x as Value, attributes)]);
}

const maxPoolOperator = pooling("MaxPool");
const averagePoolOperator = pooling("AveragePool");

/** A pooling of a blocked image, by the attributes of one in another order. */
export function blockedPool(type: "MaxPool" | "AveragePool", x: Value, attributes: Attributes): Value {
  const operator = type === "MaxPool" ? maxPoolOperator : averagePoolOperator;
  return x.graph.emit(operator, [x], attributes)[0] as Value;
}

const globalAveragePoolOperator = blockedOperator("GlobalAveragePool", [1, 1], ({ inputs: [x] }) => {
  const image = x as Value;
  return [{ dtype: "float32", shape: [image.size(0), image.size(1), 1, 1] }];
});

/** The mean of every channel of a blocked image: [batch, channels, 1, 1]. */
export function blockedMeans(x: Value): Value {
  return x.graph.emit(globalAveragePoolOperator, [x])[0] as Value;
}

const reorderInputOperator = blockedOperator("ReorderInput", [1, 1], ({ inputs: [x], attributes }) => {
  const { shape } = x as Value;
  if (shape.length !== 4) throw new ImagoError("expected an image");
  const last = attributes.int("channels_last", 0) === 1;
  const [n, c, h, w] = (last ? [shape[0], shape[3], shape[1], shape[2]] : shape) as [
    number,
    number,
    number,
    number,
  ];
  return [{ dtype: "float32", shape: [n, inBlocks(c), h, w] }];
});

/** Channels of an image in its own order that can be brought into blocks come in so many. */
export const reorderable = 4;

/**
 * An image in blocks, the last one filled up with zeros.
 *
 * @param x [batch, channels, rows, columns], or [batch, rows, columns, channels] where `channelsLast`; the channels a
 * multiple of 4
 */
export function reorderInput(x: Value, channelsLast = false): Value {
  const attributes = new Attributes({ channels_last: int(channelsLast ? 1 : 0) });
  return x.graph.emit(reorderInputOperator, [x], attributes)[0] as Value;
}

const reorderOutputOperator = blockedOperator("ReorderOutput", [1, 1], ({ inputs: [x], attributes }) => {
  const [n, , h, w] = (x as Value).shape as [number, number, number, number];
  const c = attributes.int("channels");
  return [
    { dtype: "float32", shape: attributes.int("channels_last", 0) === 1 ? [n, h, w, c] : [n, c, h, w] },
  ];
});

/** The first `channels` channels of a blocked image, in the order of other operators. */
export function reorderOutput(x: Value, channels: number, channelsLast = false): Value {
  const attributes = new Attributes({ channels: int(channels), channels_last: int(channelsLast ? 1 : 0) });
  return x.graph.emit(reorderOutputOperator, [x], attributes)[0] as Value;
}

/** The blocked image that `value` is in another order; `undefined` where it is none. */
export function blockedSource(value: Value | undefined): Value | undefined {
  const node = value?.producer;
  const isPlain = node?.operator === reorderOutputOperator && node.attributes.int("channels_last", 0) === 0;
  return isPlain ? node.inputs[0] : undefined;
}

/** Whether a convolution gives its result as it is, so that something can be added to it or an activation follow. */
export function isBare(value: Value): boolean {
  const node = value.producer;
  return (
    node?.operator === convOperator && node.inputs[3] === undefined && !node.attributes.has("activation")
  );
}

/** A {@link isBare bare} convolution with an image added to its result. */
export function withSum(value: Value, sum: Value): Value {
  const { inputs, attributes } = value.producer as Node;
  return value.graph.emit(convOperator, [inputs[0], inputs[1], inputs[2], sum], attributes)[0] as Value;
}

/** A convolution without an activation, followed by one. */
export function withActivation(value: Value, { name, parameters }: Activation): Value {
  const { inputs, attributes } = value.producer as Node;
  const extended = new Attributes({
    ...Object.fromEntries(attributes),
    activation: string(name),
    activation_params: parameters === undefined ? undefined : floats(parameters),
  });
  return value.graph.emit(convOperator, inputs, extended)[0] as Value;
}

/** Whether a convolution has an activation already, or is none. */
export const isActivated = (value: Value): boolean =>
  value.producer?.operator !== convOperator || value.producer.attributes.has("activation");
