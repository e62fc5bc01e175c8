import { ImagoError } from "../../../engine/errors.js";
import type { Graph, Node, Value } from "../../../engine/graph/graph.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { type Affine, affineOf, behind, unchanged } from "./affine.js";
import { type Flattened, reshaped, transposed } from "./layouts.js";
import { meeting, type Unit, type Units } from "./units.js";

/** What a step of a file holds. */
export interface FileStep {
  readonly kind: "conv" | "depthwise" | "dense" | "norm";
  /** Of a convolution `[out, in, height, width]`, of a fully connected layer `[out, in]`. */
  readonly kernel?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
  norm?: FileNorm | undefined;
  /** What is done to its channels right behind, where a normalisation has become arithmetic with constants; or the step itself. */
  affine?: Affine | undefined;
  /** Of a fully connected layer behind an image that was made flat with channels first. */
  readonly flattened?: Flattened | undefined;
  /** The tensor's name, for errors. */
  readonly name: string;
}

export interface FileNorm {
  readonly name: string;
  readonly epsilon: number;
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * The steps of a network in ONNX's operators that its outputs need.
 *
 * @throws ImagoError on operators with weights that are none of the four kinds, naming the first
 */
export function fileUnits(graph: Graph): Units<FileStep> {
  const reader = new Reader(graph);
  for (const node of graph.nodes) reader.read(node);
  return reader.needed();
}

class Reader {
  readonly #graph: Graph;
  readonly #units: Unit<FileStep>[] = [];
  readonly #of = new Map<Value, Unit<FileStep>>();
  readonly #uses = new Map<Value, number>();
  /** Results that are a step's own, in another order at most, and that nothing else reads. */
  readonly #own = new Set<Value>();

  constructor(graph: Graph) {
    this.#graph = graph;
    for (const input of graph.inputs) {
      const unit = { label: "input", from: [], parts: undefined };
      this.#units.push(unit);
      this.#of.set(input, unit);
    }
    const used = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)];
    for (const value of used)
      if (value !== undefined) this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
  }

  /** What the outputs are made of. */
  needed(): Units<FileStep> {
    const needed = new Set(this.#graph.outputs.map(({ value }) => this.#of.get(value)));
    // From the end, so that what reads a step has been seen before it.
    for (const unit of [...this.#units].reverse()) {
      if (needed.has(unit)) for (const source of unit.from) needed.add(source);
    }
    return this.#units.filter((unit) => needed.has(unit));
  }

  read(node: Node): void {
    const inputs = node.inputs.filter((input) => input !== undefined);
    const ways = inputs.filter((input) => this.#of.has(input));
    if (ways.length === 0) return;
    const from = ways.map((way) => this.#of.get(way) as Unit<FileStep>);
    const unit = this.#unitOf(node, inputs, from);
    const isStep =
      weighing.has(node.operator.type) || (arithmetic.has(node.operator.type) && from.length === 1);
    const goesOn = isStep || (orders.has(node.operator.type) && this.#isOwn(ways[0]));
    for (const output of node.outputs) {
      this.#of.set(output, unit);
      if (goesOn) this.#own.add(output);
    }
    if (!this.#units.includes(unit)) this.#units.push(unit);
  }

  #isOwn(value: Value | undefined): boolean {
    return value !== undefined && this.#own.has(value) && this.#uses.get(value) === 1;
  }

  #unitOf(node: Node, inputs: readonly Value[], from: readonly Unit<FileStep>[]): Unit<FileStep> {
    const { type } = node.operator;
    if (type === "Concat" && from.length === inputs.length) return meeting("concat", from);
    if ((type === "Add" || type === "Sum") && from.length === inputs.length) return meeting("add", from);
    const [source] = from;
    if (source === undefined || from.length > 1) throw unknown(node, "several ways meet in it");
    if (type === "Conv") return { ...convolution(node), from };
    if (type === "Gemm" || type === "MatMul") return { ...matrix(node), from };
    if (type === "BatchNormalization") return this.#normalisation(node, source);
    // What is done to an image before the first step is no weight.
    if (weightless.has(type) || source.label === "input") return source;
    if (arithmetic.has(type)) return this.#arithmetic(node, source);
    throw unknown(node, "it may have numbers of its own");
  }

  #normalisation(node: Node, source: Unit<FileStep>): Unit<FileStep> {
    const [image, ...parts] = node.inputs;
    const [gamma, beta, mean, variance] = parts.map((part) => constantOf(node, part)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const name = parts[0]?.name ?? node.name;
    const norm = { name, epsilon: node.attributes.float("epsilon", 1e-5), gamma, beta, mean, variance };
    const follows = image?.producer?.operator.type === "Conv" && this.#uses.get(image) === 1;
    if (!follows || source.parts === undefined || source.parts.affine !== undefined) {
      return { label: "norm", from: [source], parts: { kind: "norm", norm, name } };
    }
    source.parts.norm = norm;
    return source;
  }

  /** Numbers that channels are multiplied by or that are added to them: a bias, or a normalisation in parts. */
  #arithmetic(node: Node, source: Unit<FileStep>): Unit<FileStep> {
    const data = node.inputs.find((input) => input !== undefined && this.#of.has(input)) as Value;
    const operand = constantOf(
      node,
      node.inputs.find((input) => input !== data),
    );
    const affine = affineOf(node, data, operand);
    if (affine === undefined) throw unknown(node, "its numbers are not one for each channel");
    const { parts } = source;
    if (!this.#isOwn(data) || parts === undefined) {
      // A number for all alike is part of an activation, not of a normalisation.
      if (operand.size === 1) return source;
      return { label: "norm", from: [source], parts: { kind: "norm", affine, name: node.name } };
    }
    const { norm } = parts;
    const before = norm === undefined ? (parts.affine ?? unchanged) : affineParts(norm);
    const whole = behind(before, affine);
    if (whole === undefined) throw unknown(node, "its numbers are not as many as there are channels");
    if (norm === undefined) parts.affine = whole;
    else parts.norm = { ...norm, gamma: vector(whole.scale), beta: vector(whole.shift) };
    return source;
  }
}

function affineParts({ gamma, beta }: FileNorm): Affine {
  return { scale: Float32Array.from(gamma.data, Number), shift: Float32Array.from(beta.data, Number) };
}

function vector(elements: Float32Array): Tensor {
  return new Tensor("float32", [elements.length], elements);
}

const weighing: ReadonlySet<string> = new Set(["Conv", "Gemm", "MatMul", "BatchNormalization"]);
const arithmetic: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div"]);
/** Change the order of elements at most. */
const orders: ReadonlySet<string> = new Set(["Transpose", "Identity", "Cast"]);

/** Let one way pass, and have no weights. */
const weightless: ReadonlySet<string> = new Set(
  (
    "Relu Clip LeakyRelu Sigmoid Softmax LogSoftmax HardSwish HardSigmoid Identity Dropout Cast Flatten Reshape Squeeze Unsqueeze " +
    "Transpose Pad MaxPool AveragePool GlobalAveragePool GlobalMaxPool ReduceMean ReduceMax LRN"
  ).split(" "),
);

function unknown(node: Node, why: string): ImagoError {
  return new ImagoError(
    `node "${node.name}" (${node.operator.type}) is not one by whose place weights are found: ${why}. ` +
      "Convolutions, fully connected layers, batch normalisations, sums and concatenations are; export the network without rewriting it.",
  );
}

/** A tensor that the file knows, or that follows from one by its axes alone. */
function constantOf(node: Node, value: Value | undefined): Tensor {
  if (value?.constant !== undefined) return value.constant;
  const producer = value?.producer;
  const type = producer?.operator.type;
  if (value !== undefined && producer !== undefined && (type === "Identity" || type === "Reshape")) {
    return reshaped(constantOf(node, producer.inputs[0]), value.shape);
  }
  if (value !== undefined && producer !== undefined && type === "Transpose") {
    const order = value.shape.map((_, axis) => value.rank - 1 - axis);
    return transposed(constantOf(node, producer.inputs[0]), producer.attributes.ints("perm") ?? order);
  }
  throw unknown(node, "its weights are computed");
}

function convolution(node: Node): Omit<Unit<FileStep>, "from"> {
  const [image, weight, bias] = node.inputs;
  const kernel = constantOf(node, weight);
  const [, inside = 1, height = 1, width = 1] = kernel.shape;
  if (kernel.shape.length !== 4) throw unknown(node, "it is over other than two axes");
  const channels = image?.size(1) ?? 1;
  const isDepthwise = inside === 1 && channels > 1 && node.attributes.int("group", 1) === channels;
  const strides = node.attributes.ints("strides") ?? [1, 1];
  const kind = isDepthwise ? "depthwise" : "conv";
  const own = bias === undefined ? undefined : constantOf(node, bias);
  const label = `${kind} ${height}x${width}/${strides.join("x")}`;
  return { label, parts: { kind, kernel, bias: own, name: weight?.name ?? node.name } };
}

function matrix(node: Node): Omit<Unit<FileStep>, "from"> {
  const [rows, weight, bias] = node.inputs;
  const { attributes, operator } = node;
  const given = constantOf(node, weight);
  const isPlain = attributes.float("alpha", 1) === 1 && attributes.float("beta", 1) === 1;
  if (
    given.shape.length !== 2 ||
    !isPlain ||
    (operator.type === "Gemm" && attributes.int("transA", 0) !== 0)
  ) {
    throw unknown(node, "it is no fully connected layer");
  }
  const isTransposed = operator.type === "Gemm" && attributes.int("transB", 0) === 1;
  const kernel = isTransposed ? given : transposed(given, [1, 0]);
  const own = bias === undefined ? undefined : constantOf(node, bias);
  const flat = own === undefined ? undefined : reshaped(own, [own.size]);
  const parts = { kind: "dense", kernel, bias: flat, flattened: imageBefore(rows) } as const;
  return { label: "dense", parts: { ...parts, name: weight?.name ?? node.name } };
}

const passed = new Set(["Identity", "Dropout", "Cast", "Squeeze", "Unsqueeze"]);

/** The image that was made flat, where that was done with channels first. */
function imageBefore(rows: Value | undefined): Flattened | undefined {
  let value = rows;
  while (value?.producer !== undefined && passed.has(value.producer.operator.type))
    value = value.producer.inputs[0];
  const flatten = value?.producer;
  if (flatten === undefined || !/^(Flatten|Reshape)$/.test(flatten.operator.type)) return undefined;
  const image = flatten.inputs[0];
  if (image?.rank !== 4) return undefined;
  const isLast =
    image.producer?.operator.type === "Transpose" &&
    String(image.producer.attributes.ints("perm")) === "0,2,3,1";
  const [, channels = 1, height = 1, width = 1] = image.shape;
  return isLast ? undefined : [height, width, channels];
}
