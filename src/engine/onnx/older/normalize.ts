import { ImagoError } from "../../errors.js";
import { type Attribute, Attributes, int, ints, string } from "../../graph/attributes.js";
import { readWindow } from "../../ops/conv/window.js";
import { int64Vector } from "../../ops/define/define.js";
import type { DType } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";
import { attentionInProducts } from "./attentionInProducts.js";
import { NodeList } from "./nodeList.js";
import { poolingSettled } from "./poolingSettled.js";
import { rmsNormalizationInParts } from "./rmsNormalizationInParts.js";
import { elementOfSequence, sequenceOfInputs, splitToElements } from "./sequencesByElement.js";

interface Rule {
  readonly types: readonly string[];
  /** The first opset that needs the rule no more. */
  readonly before: number;
  /** For rules that are for Imago alone: the first opset whose form the runtime knows. Default: all are. */
  readonly old?: number;
  readonly rewrite: (node: PlainNode, context: NormalizeContext, opset: number) => readonly PlainNode[];
}

/** The opsets that are read. Opset 7 brought today's broadcasting. */
export const oldestOpset = 7;
export const newestOpset = 26;

/**
 * The node in terms of opset 21: what older opsets kept in attributes becomes inputs, what was renamed is
 * renamed, and what training needed and inference does not is left out. What later opsets brought (Attention,
 * RMSNormalization, Swish) and sequences become operators that opset 21 has and that have gradients.
 */
export function normalize(node: PlainNode, opset: number, context: NormalizeContext): readonly PlainNode[] {
  if (node.domain !== "") return [node];
  return applied(
    rules.filter(({ before }) => opset < before),
    [node],
    opset,
    context,
  );
}

function applied(
  wanted: readonly Rule[],
  before: readonly PlainNode[],
  opset: number,
  context: NormalizeContext,
): readonly PlainNode[] {
  let nodes = before;
  for (const { types, rewrite } of wanted) {
    nodes = nodes.flatMap((one) => (types.includes(one.type) ? rewrite(one, context, opset) : [one]));
  }
  return nodes;
}

const always = Number.POSITIVE_INFINITY;

const rules: readonly Rule[] = [
  { types: ["Squeeze", "Unsqueeze", "ReduceSum"], before: 13, rewrite: moved({ axes: 1 }) },
  {
    types: ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"].map(
      (kind) => `Reduce${kind}`,
    ),
    before: 18,
    rewrite: moved({ axes: 1 }),
  },
  { types: ["Clip"], before: 11, rewrite: moved({ min: 1, max: 2 }) },
  { types: ["Slice"], before: 10, rewrite: moved({ starts: 1, ends: 2, axes: 3 }) },
  { types: ["Pad"], before: 11, rewrite: moved({ pads: 1, value: 2 }) },
  { types: ["Split"], before: 13, rewrite: moved({ split: 1 }) },
  { types: ["Split"], before: 18, rewrite: splitEvenly },
  { types: ["TopK"], before: 10, rewrite: moved({ k: 1 }) },
  { types: ["Scatter"], before: 11, rewrite: (node) => [{ ...node, type: "ScatterElements" }] },
  { types: ["Upsample"], before: 9, rewrite: moved({ scales: 1 }) },
  { types: ["Upsample"], before: 10, rewrite: (node) => [{ ...node, type: "Resize" }] },
  { types: ["Resize"], before: 11, rewrite: resizeAsBefore11 },
  { types: ["Dropout"], before: always, old: 12, rewrite: dropoutAtInference },
  { types: ["BatchNormalization"], before: 14, rewrite: batchNormalizationAtInference },
  { types: ["GroupNormalization"], before: 21, rewrite: groupNormalizationByChannels },
  { types: ["Conv"], before: always, rewrite: explicitPads },
  { types: ["MaxPool", "AveragePool", "LpPool"], before: always, rewrite: poolingSettled },
  { types: ["Softmax", "LogSoftmax", "Hardmax"], before: 13, rewrite: softmaxOfMatrix },
  { types: ["Attention"], before: always, rewrite: attentionInProducts },
  { types: ["RMSNormalization"], before: always, rewrite: rmsNormalizationInParts },
  { types: ["Swish"], before: always, rewrite: swishInParts },
  { types: ["Cast", "CastLike"], before: always, rewrite: castWithoutRounding },
  { types: ["SplitToSequence"], before: always, rewrite: splitToElements },
  { types: ["SequenceConstruct"], before: always, rewrite: sequenceOfInputs },
  { types: ["SequenceAt"], before: always, rewrite: elementOfSequence },
  { types: ["Scan"], before: 9, rewrite: refuse("Scan of opset 8 has another meaning") },
];

/** Operators that Imago has not, and from which opset on they are written as in opset 21. */
const meansOtherwise: Readonly<Record<string, number>> = { DFT: 20, GridSample: 20, RoiAlign: 16 };

/** Whether an operator is written otherwise in `opset` than in opset 21. */
export function isOlder(domain: string, type: string, opset: number): boolean {
  const standard = domain === "" || domain === "ai.onnx";
  const since = Object.hasOwn(meansOtherwise, type) ? (meansOtherwise[type] ?? 0) : 0;
  return standard && (opset < since || outdated(opset).some(({ types }) => types.includes(type)));
}

function outdated(opset: number): readonly Rule[] {
  return rules.filter(({ before, old = 0 }) => opset < (before === always ? old : before));
}

/**
 * A node that stays in a file which becomes one of opset 21 for other reasons: only what opset 21 has not any more
 * is rewritten, since the runtime knows the rest.
 *
 * @throws when its form in opset 21 depends on types that the context does not know
 */
export function upgrade(node: PlainNode, opset: number, context: NormalizeContext): readonly PlainNode[] {
  const since = Object.hasOwn(meansOtherwise, node.type) ? meansOtherwise[node.type] : undefined;
  if (since !== undefined && opset < since)
    refuse(`before opset ${since} it has another meaning`)(node, context, opset);
  return applied(outdated(opset), [node], opset, context);
}

function without(
  attributes: PlainNode["attributes"],
  ...names: readonly string[]
): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** Moves attributes to the inputs of these positions. */
function moved(positions: Readonly<Record<string, number>>): Rule["rewrite"] {
  return (node, context) => {
    const inputs = [...node.inputs];
    for (const [name, position] of Object.entries(positions)) {
      const attribute = Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined;
      if (attribute === undefined) continue;
      while (inputs.length <= position) inputs.push("");
      inputs[position] = context.constant(asTensor(name, attribute, node, context), name);
    }
    return [{ ...node, inputs, attributes: without(node.attributes, ...Object.keys(positions)) }];
  };
}

function asTensor(name: string, attribute: Attribute, node: PlainNode, context: NormalizeContext): Tensor {
  switch (attribute.kind) {
    case "ints":
      return int64Vector(attribute.value);
    case "int":
      return int64Vector([attribute.value]);
    case "float": {
      const dtype: DType = context.typeOf(node.inputs[0] ?? "").dtype;
      return Tensor.scalar<DType>(attribute.value, dtype);
    }
    case "floats":
      return new Tensor("float32", [attribute.value.length], Float32Array.from(attribute.value));
    default:
      throw new ImagoError(`attribute "${name}": expected numbers, received ${attribute.kind}`);
  }
}

function splitEvenly(node: PlainNode): readonly PlainNode[] {
  if ((node.inputs[1] ?? "") !== "") return [node];
  return [{ ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs.length) } }];
}

function resizeAsBefore11(node: PlainNode): readonly PlainNode[] {
  const [x = "", scales = ""] = node.inputs;
  const attributes = {
    ...node.attributes,
    coordinate_transformation_mode: string("asymmetric"),
    nearest_mode: string("floor"),
  };
  return [{ ...node, inputs: [x, "", scales], attributes }];
}

/** Dropout changes nothing unless its third input says that the model is training. */
function dropoutAtInference(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [x = "", , training = ""] = node.inputs;
  const off = training === "" || context.known(training)?.data[0] === 0;
  if (!off) return [node];
  const [y = "", mask = ""] = node.outputs;
  const plain = { ...node, name: "", attributes: {} };
  const identity = { ...plain, type: "Identity", inputs: [x], outputs: [y] };
  if (mask === "") return [identity];
  // Files of old exporters name the mask, all true, though nothing uses it.
  const shape = context.constant(int64Vector(context.typeOf(x).shape), "shape");
  const inputs = [context.constant(Tensor.full([], 1, "bool"), "true"), shape];
  return [identity, { ...plain, type: "Expand", inputs, outputs: [mask] }];
}

function batchNormalizationAtInference(node: PlainNode): readonly PlainNode[] {
  const { spatial } = node.attributes;
  if (spatial?.value === 0) throw new ImagoError("spatial = 0 is not supported");
  if (node.outputs.slice(1).some((output) => output !== "")) {
    throw new ImagoError("the training form of BatchNormalization before opset 14 is not supported");
  }
  return [{ ...node, outputs: node.outputs.slice(0, 1), attributes: without(node.attributes, "spatial") }];
}

/** Before opset 21 scale and bias had one element for each group; now they have one for each channel. */
function groupNormalizationByChannels(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [x = "", ...vectors] = node.inputs;
  const channels = context.typeOf(x).shape[1] ?? 0;
  const parts = vectors.map((vector): readonly PlainNode[] => {
    const groups = context.typeOf(vector).shape[0] ?? 0;
    const plain = { domain: "", name: "", attributes: {}, bodies: [] };
    const shaped = (type: string, input: string, to: readonly number[]): PlainNode => ({
      ...plain,
      type,
      inputs: [input, context.constant(int64Vector(to), "shape")],
      outputs: [context.fresh("groups")],
    });
    const column = shaped("Reshape", vector, [groups, 1]);
    const spread = shaped("Expand", column.outputs[0] ?? "", [groups, channels / groups]);
    return [column, spread, shaped("Reshape", spread.outputs[0] ?? "", [channels])];
  });
  const inputs = [x, ...parts.map((nodes) => nodes.at(-1)?.outputs[0] ?? "")];
  return [...parts.flat(), { ...node, inputs }];
}

/** ONNX Runtime's convolutions work out automatic pads only without dilations. */
function explicitPads(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const { auto_pad: auto, dilations } = node.attributes;
  const dilated = dilations?.kind === "ints" && dilations.value.some((dilation) => dilation !== 1);
  if (!dilated || auto?.kind !== "string" || !auto.value.startsWith("SAME")) return [node];
  const [x = [], w = []] = node.inputs.slice(0, 2).map((input) => context.typeOf(input).shape.slice(2));
  const { before, after } = readWindow(new Attributes(node.attributes), x, w);
  const attributes = { ...without(node.attributes, "auto_pad"), pads: ints([...before, ...after]) };
  return [{ ...node, attributes }];
}

/** Before opset 13 the axes were folded into a matrix at `axis` (default 1), and its rows were the groups. */
function softmaxOfMatrix(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const { shape } = context.typeOf(node.inputs[0] ?? "");
  const given = node.attributes.axis?.kind === "int" ? node.attributes.axis.value : 1;
  const axis = given < 0 ? given + shape.length : given;
  const last = { ...node.attributes, axis: int(-1) };
  if (axis === shape.length - 1) return [{ ...node, attributes: last }];
  const rows = context.fresh("rows");
  const result = context.fresh("softmax");
  const reshape = (input: string, to: readonly number[], output: string): PlainNode => ({
    domain: "",
    type: "Reshape",
    name: "",
    inputs: [input, context.constant(int64Vector(to), "shape")],
    outputs: [output],
    attributes: { allowzero: int(1) },
    bodies: [],
  });
  const matrix = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
  return [
    reshape(node.inputs[0] ?? "", matrix, rows),
    { ...node, inputs: [rows], outputs: [result], attributes: last },
    reshape(result, shape, node.outputs[0] ?? ""),
  ];
}

/** Swish of opset 24: x · sigmoid(alpha · x). */
function swishInParts(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [x = ""] = node.inputs;
  const nodes = new NodeList(context, "swish");
  const alpha = Number(node.attributes.alpha?.value ?? 1);
  const scaled = alpha === 1 ? x : nodes.add("Mul", [x, nodes.scalar(alpha, x, "alpha")]);
  return nodes.ending(nodes.add("Mul", [x, nodes.add("Sigmoid", [scaled])]), node);
}

/** Opset 24 says how to round to an element type of 8 bits that Imago has not; opset 21 knows no such attribute. */
function castWithoutRounding(node: PlainNode): readonly PlainNode[] {
  return [{ ...node, attributes: without(node.attributes, "round_mode") }];
}

function refuse(why: string): Rule["rewrite"] {
  return () => {
    throw new ImagoError(`${why} and is not supported; convert the model to a newer opset`);
  };
}
