import type { Node, Value } from "../../graph/graph.js";
import { sameShape, sizeOf } from "../../tensor/shape.js";
import { isStandard, type Rule, type Site } from "../rewrite.js";
import type { FormStore } from "./formStore.js";
import { emitForm } from "./forms.js";
import { blocked, fillsBlocks } from "./images.js";
import { type Activation, blockedSource, isActivated, reorderOutput, withActivation } from "./operators.js";

/** Operators that treat every element alike and give a number for every number. */
const harmless = new Set([
  ...[
    "Abs",
    "Atan",
    "Ceil",
    "Celu",
    "Clip",
    "Cos",
    "Elu",
    "Erf",
    "Floor",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
  ],
  ...["LeakyRelu", "Mish", "Neg", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Softplus"],
  ...["Softsign", "Tanh", "ThresholdedRelu", "Add", "Sub", "Mul", "Sum", "Mean", "Min", "Max", "Where"],
]);
/** Others, which could make of a block's filling what is no number. */
const others = new Set(["Div", "Exp", "Log", "Pow", "Reciprocal", "Sqrt"]);
/** Those that give truth values, which lie in blocks only on their way to a {@link harmless} one. */
const conditions = new Set([
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "Equal",
  "Not",
  "And",
  "Or",
  "Xor",
]);

const isScalar = (value: Value): boolean => sizeOf(value.shape) === 1 && value.rank <= 1;

/** The activation of a blocked convolution that a node is. */
function activationOf({ operator, attributes }: Node): Activation | undefined {
  switch (operator.type) {
    case "Relu":
    case "Sigmoid":
    case "Tanh":
      return { name: operator.type };
    case "HardSigmoid":
      return {
        name: "HardSigmoid",
        parameters: [attributes.float("alpha", 0.2), attributes.float("beta", 0.5)],
      };
    case "LeakyRelu":
      return { name: "LeakyRelu", parameters: [attributes.float("alpha", 0.01)] };
    default:
      return undefined;
  }
}

/**
 * What treats every element alike, on images that stay in blocks. An activation behind a convolution, or behind a chain
 * of sums and products by channel, is part of it.
 */
export const blockedElementwise =
  (store: FormStore): Rule =>
  (site) => {
    const { node, inputs, graph } = site;
    const output = node.outputs[0] as Value;
    if (graph.parent !== undefined || output.rank !== 4 || output.dtype !== "float32") return undefined;
    if (!isStandard(node, harmless) && !(isStandard(node, others) && fillsBlocks(output))) return undefined;
    if (!inputs.some((input) => isInBlocks(input))) return undefined;
    const activation = activationOf(node);
    const source = blockedSource(inputs[0]);
    if (activation !== undefined && source !== undefined) {
      const fused = activated(site, source, activation, store);
      if (fused !== undefined) return [reorderOutput(fused, output.size(1))];
    }
    const operands = inputs.map((input) => (input === undefined ? undefined : operandOf(input, output)));
    if (operands.some((operand, index) => operand === undefined && inputs[index] !== undefined))
      return undefined;
    const image = graph.emit(node.operator, operands, node.attributes)[0] as Value;
    return [reorderOutput(image, output.size(1))];
  };

function activated(
  { node, uses }: Site,
  source: Value,
  activation: Activation,
  store: FormStore,
): Value | undefined {
  const form = store.formOf(source);
  if (form.terms[0]?.image !== source) return emitForm(form, activation);
  const isOwn = uses(node.inputs[0] as Value) === 1;
  return isOwn && !isActivated(source) ? withActivation(source, activation) : undefined;
}

/** Whether a value, or what a condition compares, is in blocks. */
function isInBlocks(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (value.dtype !== "bool") return blockedSource(value) !== undefined;
  const { producer } = value;
  return producer !== undefined && isStandard(producer, conditions) && producer.inputs.some(isInBlocks);
}

/** An operand as an operator on blocks takes it; `undefined` where it takes it not at all. */
function operandOf(value: Value, output: Value): Value | undefined {
  if (isScalar(value)) return value;
  if (!sameShape(value.shape, output.shape)) return undefined;
  if (value.dtype === "float32") return blocked(value);
  const { producer } = value;
  if (value.dtype !== "bool" || producer === undefined || !isStandard(producer, conditions)) return undefined;
  const operands = producer.inputs.map((input) => input && operandOf(input, output));
  if (operands.some((operand) => operand === undefined)) return undefined;
  return value.graph.emit(producer.operator, operands, producer.attributes)[0] as Value;
}
