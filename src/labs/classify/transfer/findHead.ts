import { ImagoError } from "../../../engine/errors.js";
import type { Graph, Node, Value } from "../../../engine/graph/graph.js";
import { having } from "../../../engine/options.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import type { OnnxModel, OnnxSizes } from "../../../nn/models/onnxModel.js";

/** Operators that may stand behind a classifier's last weights, and change no feature. */
const behind: ReadonlySet<string> = new Set([
  ...[
    "Softmax",
    "LogSoftmax",
    "Sigmoid",
    "Identity",
    "Dropout",
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
  ],
  ...["Transpose", "Relu", "Clip", "GlobalAveragePool", "AveragePool", "ReduceMean", "Add", "Cast", "Pad"],
]);

/** Those that may stand between the features and the last weights, and only change their form. */
const between: ReadonlySet<string> = new Set([
  ...["Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Pad", "Cast"],
]);

/** Operators whose second input holds weights. */
const weighted: ReadonlySet<string> = new Set(["Gemm", "MatMul", "FusedMatMul", "Conv"]);

/** Where a classifier is cut. */
export interface Head {
  /** The features before the head, by their name in the file. */
  readonly cut: string;
  /** Their shape, with a batch of one. */
  readonly shape: readonly number[];
  /** How many classes the head tells apart. */
  readonly classes: number;
}

/**
 * The place in front of a classifier's last layer with weights, which is where its features end: found by walking from the output
 * backwards over what only changes form.
 *
 * @param sizes for what the file leaves open
 * @throws ImagoError when the file has several outputs, or its end is none of a classifier of pictures, saying what stands there
 */
export function findHead(model: OnnxModel, sizes: OnnxSizes = {}): Head {
  having<OnnxModel>("an ONNX model, as loadOnnx gives it", "read", "asLayer").read(
    "findHead",
    "model",
    model,
  );
  const { graph, values } = model.read(sizes);
  const [output, ...others] = graph.outputs;
  if (output === undefined || others.length > 0) {
    throw noHead(model, `it has ${graph.outputs.length} outputs, and a classifier has one`);
  }
  const classes = classesOf(output.value);
  if (classes === undefined) {
    throw noHead(
      model,
      `it gives ${formatShape(output.value.shape)}, and a classifier gives one score for each class`,
    );
  }
  const last = lastWeights(model, graph, output.value);
  const features = featuresOf(last);
  if (features.producer === undefined)
    throw noHead(model, "nothing stands before its only layer with weights");
  const name = nameOf(features, values, between);
  if (name === undefined) throw noHead(model, "the features before its last layer have no name");
  const { shape } = name.value;
  return { cut: name.name, shape, classes };
}

/** How many scores there are: `[batch, classes]`, whatever axes of one stand beside. */
export function classesOf({ shape }: Value): number | undefined {
  const wide = shape.slice(1).filter((size) => size !== 1);
  return shape.length >= 2 && wide.length === 1 ? wide[0] : undefined;
}

function lastWeights(model: OnnxModel, graph: Graph, output: Value): Node {
  let value = output;
  for (let steps = 0; steps <= graph.nodes.length; steps++) {
    const node = value.producer;
    if (node === undefined) throw noHead(model, "no layer with weights leads to its output");
    const { type } = node.operator;
    if (weighted.has(type) && isConstant(node.inputs[1])) return node;
    const [only, ...rest] = node.inputs.filter((input) => input !== undefined && !isConstant(input));
    if (!behind.has(type) || only === undefined || rest.length > 0) {
      throw noHead(
        model,
        `${type} "${node.name}" stands between its output ${formatShape(output.shape)} and the layer before`,
      );
    }
    value = only;
  }
  throw noHead(model, "no layer with weights leads to its output");
}

/** What a node reads that is no weight, before all that only changes its form. */
function featuresOf(node: Node): Value {
  let value = node.inputs[0] as Value;
  // A form in which positions are still told apart comes before one in which they are not.
  while (value.producer !== undefined && between.has(value.producer.operator.type)) {
    const [only, ...rest] = value.producer.inputs.filter(
      (input) => input !== undefined && !isConstant(input),
    );
    if (only === undefined || rest.length > 0 || !hasFeatures(only)) break;
    value = only;
  }
  return value;
}

/** Whether a value is `[batch, features]` or `[batch, channels, height, width]`, either way round. */
const hasFeatures = ({ shape }: Value): boolean => shape.length === 2 || shape.length === 4;

/** Weights may go through an operator of their own first. */
function isConstant(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (value.constant !== undefined) return true;
  return value.producer?.inputs.every((input) => input === undefined || isConstant(input)) === true;
}

/** A value's name in the file, or that of one that differs from it in form alone. */
function nameOf(
  value: Value,
  values: ReadonlyMap<string, Value>,
  forms: ReadonlySet<string>,
): { readonly name: string; readonly value: Value } | undefined {
  const byValue = new Map([...values].map(([name, one]) => [one, name] as const));
  for (let one: Value | undefined = value; one !== undefined; ) {
    const name = byValue.get(one);
    if (name !== undefined) return { name, value: one };
    const node: Node | undefined = one.producer;
    one = node !== undefined && forms.has(node.operator.type) ? node.inputs[0] : undefined;
  }
  return undefined;
}

function noHead(model: OnnxModel, why: string): ImagoError {
  return new ImagoError(`${model.name}: the head of this network cannot be found: ${why}.`, {
    help: "Name the features yourself, the value before the last layer: see them with `imago onnx layers`.",
  });
}
