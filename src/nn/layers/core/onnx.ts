import { ImagoError } from "../../../engine/errors.js";
import { copyNode } from "../../../engine/graph/cut.js";
import type { Graph, Node, Value } from "../../../engine/graph/graph.js";
import {
  type DeclaredInput,
  declaredInputs,
  type ImportedModel,
  readModel,
} from "../../../engine/onnx/read/read.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { accepting, type FieldsOf, flag, list, type ReadOf, text } from "../../../engine/options.js";
import { formatShape, type Shape } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { describeInput, type Own, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

/** A weight of an imported network. */
export interface OnnxWeight {
  /** Of the initialiser in the file. */
  readonly name: string;
  readonly shape: Shape;
  /** False for the statistics of batch normalisation. */
  readonly trainable: boolean;
}

export interface OnnxLayerOptions extends LayerOptions {
  /** A `.onnx` file in Base64, as `extractModel` makes it: its weights are inputs. */
  readonly graph: string;
  /** Names of the values in the file that the layer's inputs stand for. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly weights: readonly OnnxWeight[];
  /** Whether inputs and outputs of rank 4 have their channels last. Default: false, as ONNX has them. */
  readonly channelsLast?: boolean | undefined;
}

const names = accepting(
  "an array of one name or more",
  (value): value is readonly string[] =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string"),
);

const weight = accepting("{ name, shape, trainable }", (value): value is OnnxWeight => {
  const one: Partial<Record<keyof OnnxWeight, unknown>> = Object(value);
  const { name, shape, trainable } = one;
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  return typeof name === "string" && typeof trainable === "boolean" && isShape;
});

const fields = {
  graph: text(),
  inputs: names,
  outputs: names,
  weights: list(weight, "an array of weights"),
  channelsLast: flag(false),
} satisfies FieldsOf<Own<OnnxLayerOptions>>;

/** Part of an imported network. Variables: its floating-point initialisers, by their names in the file. */
export class OnnxLayer extends Layer {
  readonly type = "onnx";
  readonly #options: ReadOf<typeof fields>;
  readonly #bytes: Uint8Array;
  readonly #declared: readonly DeclaredInput[];
  readonly #values: ReadonlyMap<string, Tensor>;
  readonly #variables = new Map<string, Variable>();

  /** @param values the elements of the weights; without one it is zeros until it is set */
  constructor(options: OnnxLayerOptions, values: ReadonlyMap<string, Tensor> = new Map()) {
    super(options);
    this.#options = readLayerOptions("onnx", options, fields);
    this.#bytes = fromBase64(this.#options.graph);
    this.#declared = this.inErrors(() => declaredInputs(this.#bytes, "the graph"));
    this.#values = values;
  }

  get config(): Config {
    const { graph, inputs, outputs, weights, channelsLast } = this.#options;
    const plain = weights.map(({ name, shape, trainable }): Config => ({ name, shape, trainable }));
    return { graph, inputs, outputs, weights: plain, channelsLast };
  }

  protected override check(given: readonly OpenType[]): void {
    const { inputs } = this.#options;
    if (given.length !== inputs.length) {
      throw this.error(`expected ${inputs.length} inputs (${inputs.join(", ")}), received ${given.length}`);
    }
    given.forEach((input, index) => {
      const rank = this.#sizes(index)?.length;
      if (rank === undefined || rank === input.shape.length) return;
      throw this.error(`input "${inputs[index]}": expected rank ${rank}, received ${describeInput(input)}`);
    });
  }

  #sizes(index: number): DeclaredInput["sizes"] {
    return this.#declared.find(({ name }) => name === this.#options.inputs[index])?.sizes;
  }

  protected override build(): void {
    for (const { name, shape, trainable } of this.#options.weights) {
      const make = (): Tensor<"float32"> => Tensor.zeros(shape);
      const variable = this.addWeight({
        name,
        shape,
        trainable,
        initializer: { name: "onnx", config: {}, make },
      });
      const value = this.#values.get(name);
      // A copy: other layers may be made of the same file.
      if (value !== undefined) variable.value = value.clone();
      this.#variables.set(name, variable);
    }
  }

  call(given: readonly Value[], context: CallContext): readonly Value[] {
    const inputs = given.map((value) => this.#swap(value, [0, 3, 1, 2]));
    const imported = this.#read(inputs.map(({ shape }) => shape));
    const copyOf = new Map<Value, Value>();
    this.#options.inputs.forEach((name, index) => {
      copyOf.set(imported.values.get(name) as Value, inputs[index] as Value);
    });
    for (const [name, variable] of this.#variables) {
      const value = imported.values.get(name);
      if (value !== undefined) copyOf.set(value, context.weight(variable));
    }
    copyInto(imported.graph, context.graph, copyOf);
    const outputs = imported.graph.outputs.map(({ value }) => copyOf.get(value) as Value);
    this.#checkBatch(inputs[0], outputs);
    return outputs.map((value) => this.#swap(value, [0, 2, 3, 1]));
  }

  /** Masks do not go through: the steps may have been mixed. */
  override mask(): readonly undefined[] {
    return [];
  }

  #swap(value: Value, order: readonly number[]): Value {
    return this.#options.channelsLast && value.rank === 4 ? transpose(value, order) : value;
  }

  #read(shapes: readonly Shape[]): ImportedModel {
    const { inputs } = this.#options;
    const inputShapes = Object.fromEntries(inputs.map((name, index) => [name, shapes[index] as Shape]));
    try {
      return readModel(this.#bytes, { name: this.label, inputShapes, anySize: true });
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      const at = shapes.map((shape) => formatShape(shape)).join(" and ");
      throw new ImagoError(`${error.message} (for inputs of ${at})`, { cause: error });
    }
  }

  /** A file with a fixed batch may reshape by it, and would mix the images of a larger one. */
  #checkBatch(input: Value | undefined, outputs: readonly Value[]): void {
    const fixed = this.#sizes(0)?.[0];
    const batch = input?.shape[0];
    if (typeof fixed !== "number" || batch === fixed) return;
    const mixed = outputs.findIndex(({ shape }) => shape[0] !== batch);
    if (mixed < 0) return;
    throw this.error(
      `the file is made for a batch of ${fixed}: for ${batch}, "${this.#options.outputs[mixed]}" would be ` +
        `${formatShape(outputs[mixed]?.shape ?? [])}. Give the input a batch of ${fixed}, or cut before it with "to".`,
    );
  }
}

/** Copies constants and nodes under the names of the scope. */
function copyInto(source: Graph, target: Graph, copyOf: Map<Value, Value>): void {
  for (const value of source.constants) {
    if (value.constant !== undefined)
      copyOf.set(value, target.constant(value.constant, target.scope + value.name));
  }
  for (const node of source.nodes) {
    if (node.attributes.graphs().length > 0) copyNode(node, target, copyOf);
    else copyPlain(node, target, copyOf);
  }
}

function copyPlain(node: Node, target: Graph, copyOf: Map<Value, Value>): void {
  const inputs = node.inputs.map((input) => (input === undefined ? undefined : copyOf.get(input)));
  const outputs = target.emit(node.operator, inputs, node.attributes, {
    node: target.scope + node.name,
    outputs: node.outputs.map(({ name }) => target.scope + name),
  });
  node.outputs.forEach((output, index) => {
    copyOf.set(output, outputs[index] as Value);
  });
}

/** Bytes as Base64 text. */
export function toBase64(bytes: Uint8Array): string {
  // In pieces: a call takes only so many arguments.
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return btoa(pieces.join(""));
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new ImagoError("onnx: graph is no Base64", { cause });
  }
}
