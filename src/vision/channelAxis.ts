import type { Node, Value } from "../engine/graph/graph.js";

/** Operators whose results have channels at axis 1, whatever comes in: what ONNX says of them. */
const channelsFirst: ReadonlySet<string> = new Set([
  ...["Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"],
  ...[
    "GlobalAveragePool",
    "GlobalMaxPool",
    "BatchNormalization",
    "InstanceNormalization",
    "GroupNormalization",
    "LRN",
  ],
]);

/** Operators that move no axis, so that channels are where they are in what comes in. */
const keeping: ReadonlySet<string> = new Set([
  ...[
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Elu",
    "Selu",
    "Celu",
    "Gelu",
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "Tanh",
    "Softplus",
  ],
  ...[
    "Softsign",
    "ThresholdedRelu",
    "Mish",
    "Clip",
    "Erf",
    "Exp",
    "Sqrt",
    "Abs",
    "Neg",
    "Identity",
    "Dropout",
    "Cast",
  ],
  ...[
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Pow",
    "Max",
    "Min",
    "Sum",
    "Mean",
    "Concat",
    "Pad",
    "Slice",
    "Resize",
    "Upsample",
  ],
]);

/** Axes of values that are known already, `undefined` among them where nothing says. */
export type ChannelAxes = Map<Value, number | undefined>;

/**
 * Which axis of an image's activation of rank 4 the channels are, found from the operators before it: ONNX's convolutions have them
 * first, and files of programs that have them last turn what they give.
 *
 * @param known axes of the image itself; what is found is added
 * @returns 1 or 3, or another where somebody turned it so; `undefined` where nothing before it says
 */
export function channelAxis(value: Value, known: ChannelAxes): number | undefined {
  if (known.has(value)) return known.get(value);
  if (value.rank !== 4 || value.producer === undefined) return undefined;
  const axis = axisAfter(value.producer, known);
  known.set(value, axis);
  return axis;
}

function axisAfter({ operator, inputs, attributes }: Node, known: ChannelAxes): number | undefined {
  if (channelsFirst.has(operator.type)) return 1;
  const before = inputs.filter((input) => input !== undefined).map((input) => channelAxis(input, known));
  const found = before.find((axis) => axis !== undefined);
  if (keeping.has(operator.type)) return found;
  if (operator.type !== "Transpose" || found === undefined) return undefined;
  const order = attributes.ints("perm");
  const place = (order ?? [3, 2, 1, 0]).indexOf(found);
  return place < 0 ? undefined : place;
}
