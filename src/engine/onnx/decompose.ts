import { ImagoError } from "../errors.js";
import { int64Vector } from "../ops/define.js";
import type { DType } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import type { NormalizeContext, PlainNode } from "./normalize.js";

/**
 * A node in terms of simpler operators that every graph has, for operators that Imago does not define.
 *
 * @returns `undefined` where there is no such way
 */
export function decompose(node: PlainNode, context: NormalizeContext): readonly PlainNode[] | undefined {
  return node.type === "BatchNormalization" ? batchNormalization(node, context) : undefined;
}

/** Collects nodes that each have one output. */
class Chain {
  readonly nodes: PlainNode[] = [];
  readonly #context: NormalizeContext;
  readonly #base: string;

  constructor(context: NormalizeContext, base: string) {
    this.#context = context;
    this.#base = base;
  }

  /** Adds a node and gives the name of its output. */
  node(type: string, inputs: readonly string[], attributes: PlainNode["attributes"] = {}): string {
    const output = this.#context.fresh(this.#base);
    this.nodes.push({ domain: "", type, name: "", inputs, outputs: [output], attributes, bodies: [] });
    return output;
  }

  /** The nodes, the last one's output under the name that the replaced node gives it. */
  ending(output: string): readonly PlainNode[] {
    const last = this.nodes.pop() as PlainNode;
    return [...this.nodes, { ...last, outputs: [output] }];
  }
}

function onlyFirstOutput({ outputs }: PlainNode): string {
  if (outputs.slice(1).some((output) => output !== "")) {
    throw new ImagoError("outputs other than the first are not supported");
  }
  return outputs[0] ?? "";
}

function scalar(node: PlainNode, name: string, fallback: number): number {
  const attribute = Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined;
  return attribute?.kind === "float" || attribute?.kind === "int" ? attribute.value : fallback;
}

/** √(variance + epsilon), with ONNX's default of 1e-5 for epsilon. */
function standardDeviation(
  chain: Chain,
  variance: string,
  node: PlainNode,
  context: NormalizeContext,
): string {
  const { dtype } = context.typeOf(node.inputs[0] ?? "");
  const epsilon = Tensor.scalar<DType>(scalar(node, "epsilon", 1e-5), dtype);
  return chain.node("Sqrt", [chain.node("Add", [variance, context.constant(epsilon, "epsilon")])]);
}

/** (x − mean) / √(variance + epsilon) · scale + bias, with vectors along axis 1, as at inference. */
function batchNormalization(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [x = "", ...vectors] = node.inputs;
  const { shape } = context.typeOf(x);
  if (scalar(node, "training_mode", 0) !== 0) throw new ImagoError("training_mode is not supported");
  if (vectors.length !== 4) throw new ImagoError(`expected 5 inputs, received ${node.inputs.length}`);
  const chain = new Chain(context, "batchnormalization");
  const target = int64Vector([-1, ...shape.slice(2).map(() => 1)]);
  const along = context.constant(target, "shape");
  const spread = (vector = ""): string => chain.node("Reshape", [vector, along]);
  const [scale, bias, mean, variance] = [0, 1, 2, 3].map((index) => spread(vectors[index])) as [
    string,
    string,
    string,
    string,
  ];
  const deviation = standardDeviation(chain, variance, node, context);
  const normal = chain.node("Div", [chain.node("Sub", [x, mean]), deviation]);
  chain.node("Add", [chain.node("Mul", [normal, scale]), bias]);
  return chain.ending(onlyFirstOutput(node));
}
