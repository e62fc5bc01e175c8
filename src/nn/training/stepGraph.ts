import { gradients } from "../../engine/autodiff/gradients.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { mul } from "../../engine/ops/mul.js";
import { reshape } from "../../engine/ops/reshape.js";
import { where } from "../../engine/ops/where.js";
import { having, oneOf } from "../../engine/options.js";
import type { TensorType } from "../../engine/tensor/tensor.js";
import { maskedWeight } from "../losses/reduceLoss.js";
import type { Metric } from "../metrics/metric.js";
import { resolveMetric } from "../metrics/resolve.js";
import type { Functional } from "../network/functional.js";
import type { Head } from "../network/heads.js";
import type { ModelVariable } from "../network/modelVariables.js";
import { type Traced, trace } from "../network/trace.js";
import { applyUpdates } from "../optimizers/applyUpdates.js";
import type { Optimizer, Update } from "../optimizers/optimizer.js";
import { StepEmission } from "./stepEmission.js";

/** What a program is for. */
export type Mode = "train" | "evaluate" | "predict";

/** The concrete types of one batch; programs are made for each that comes. */
export interface Signature {
  readonly inputs: readonly TensorType[];
  readonly targets: readonly (TensorType | undefined)[];
  readonly weights: readonly (TensorType | undefined)[];
  /** By the names that an objective of its own knows. Default: none. */
  readonly extras?: Readonly<Record<string, TensorType>> | undefined;
}

/** What training makes small, and the figures beside it. */
export interface Emitted {
  /** A scalar: the losses of all outputs, penalties among them. */
  readonly total: Value;
  /** For each head its metrics, whose sums are the outputs `metric/HEAD/INDEX`. */
  readonly metrics: readonly (readonly Metric[])[];
}

/** Emits losses and metrics of all outputs from a traced network; the total is the output `loss` of the graph. */
export type Objective = (
  description: StepDescription,
  traced: Traced,
  signature: Signature,
  emission: StepEmission,
) => Emitted;

export interface StepDescription {
  readonly functional: Functional;
  readonly variables: readonly ModelVariable[];
  readonly heads: readonly Head[];
  readonly optimizer: Optimizer | undefined;
  /** Default: each output's own loss on its targets. */
  readonly objective?: Objective | undefined;
}

/** A graph for one step, and what its outputs mean. */
export interface StepGraph {
  readonly graph: Graph;
  /** Paths of the variables and slots that the step changes: output `next/PATH` replaces input `PATH`. */
  readonly updated: readonly string[];
  /** For each head its metrics, whose sums are the outputs `metric/HEAD/INDEX`. */
  readonly metrics: readonly (readonly Metric[])[];
}

/** The name of a slot's input and output: the weight's path and the slot's name. */
export function slotPath(variable: ModelVariable, slot: string): string {
  return `optimizer/${variable.path}/${slot}`;
}

const descriptionField = having<StepDescription>(
  "what a step is made of, { functional, variables, heads, optimizer }",
  "functional",
  "variables",
  "heads",
);
const modeField = oneOf(["train", "evaluate", "predict"]);
const signatureField = having<Signature>(
  "the types of a batch, { inputs, targets, weights }",
  "inputs",
  "targets",
  "weights",
);

/**
 * Emits one step as one graph: the model, and, as `mode` asks, losses, metrics, gradients and updates.
 */
export function stepGraph(description: StepDescription, mode: Mode, signature: Signature): StepGraph {
  descriptionField.read("stepGraph", "description", description);
  modeField.read("stepGraph", "mode", mode);
  signatureField.read("stepGraph", "signature", signature);
  const { functional, variables } = description;
  const graph = new Graph();
  const emission = new StepEmission(graph, variables, mode === "train");
  const traced = tracedInputs(functional, signature, emission);
  if (mode === "predict") {
    outputPredictions(functional, traced, graph);
    return { graph, updated: emission.finish(), metrics: [] };
  }
  const { objective = emitHeads } = description;
  const { total, metrics } = objective(description, traced, signature, emission);
  if (mode === "train") {
    const weights = trainedOf(variables).map((entry) => emission.value(entry));
    emitUpdates(emission, description.optimizer as Optimizer, variables, gradients(total, weights));
  }
  return { graph, updated: emission.finish(), metrics };
}

/** The network on inputs of a batch's types, `input/NAME`. */
export function tracedInputs(
  functional: Functional,
  signature: Signature,
  emission: StepEmission,
  context: Parameters<typeof trace>[2] = emission.context,
): Traced {
  const inputs = functional.inputs.map(({ name }, index) =>
    emission.graph.input(`input/${name}`, signature.inputs[index] as TensorType),
  );
  return trace(functional, inputs, context);
}

/** Makes what the network predicts the graph's outputs, `output/NAME`. */
export function outputPredictions({ outputs }: Functional, traced: Traced, graph: Graph): void {
  traced.outputs.forEach((value, index) => {
    graph.output(`output/${outputs[index]?.name}`, value);
  });
}

/** Emits losses and metrics of all outputs; the total loss is an output of the graph. */
export function emitHeads(
  { heads, variables }: StepDescription,
  { outputs, masks }: Traced,
  signature: Signature,
  emission: StepEmission,
): Emitted {
  const { graph } = emission;
  const terms: Value[] = [];
  const metrics = heads.map((head, index): Metric[] => {
    const type = signature.targets[index];
    if (type === undefined) return [];
    // Losses and metrics compute in float32, whatever an output is made of.
    const prediction = toDtype(outputs[index] as Value, "float32");
    const target = graph.input(`target/${head.name}`, type);
    const weightType = signature.weights[index];
    const weight = weightType === undefined ? undefined : graph.input(`weight/${head.name}`, weightType);
    const mask = masks[index];
    if (head.loss !== undefined) {
      const value = emission.headLoss(head.name, head.loss, target, prediction, { weight, mask });
      graph.output(`loss/${head.name}`, value);
      terms.push(head.weight === 1 ? value : mul(value, head.weight));
    }
    return emitMetrics(graph, head, { target, prediction, weight, mask });
  });
  return { total: emitTotal(terms, variables, emission), metrics };
}

/** The sum of the outputs' losses, of what layers added and of the penalties, as the output `loss`. */
export function emitTotal(
  terms: readonly Value[],
  variables: readonly ModelVariable[],
  emission: StepEmission,
): Value {
  const total = [...terms, ...emission.losses, ...penalties(emission, variables)].reduce((a, b) => add(a, b));
  emission.graph.output("loss", total);
  return total;
}

/** One output with what it is compared to. */
export interface HeadValues {
  readonly target: Value;
  readonly prediction: Value;
  readonly weight: Value | undefined;
  readonly mask: Value | undefined;
}

/** Emits the sums of a head's metrics. */
export function emitMetrics(
  graph: Graph,
  head: Head,
  { target, prediction, weight, mask }: HeadValues,
): Metric[] {
  const specs = [...head.metrics, ...head.weightedMetrics];
  // What the loss leaves out counts in no figure, and its label, which is none of the classes, is read by none.
  const counts = head.loss?.mask?.(target, prediction);
  const labels = counts === undefined ? target : where(reshape(counts, target.shape), target, 0);
  return specs.map((spec, index) => {
    const facts = { target: target.shape, prediction: prediction.shape, loss: head.loss };
    const metric = resolveMetric(spec, facts);
    const weighted = index >= head.metrics.length ? weight : undefined;
    graph.output(
      `metric/${head.name}/${index}`,
      metric.emit(labels, prediction, maskedWeight(maskedWeight(weighted, mask), counts)),
    );
    return metric;
  });
}

/** The regularisers' scalars of all weights that are trained. */
function penalties(emission: StepEmission, variables: readonly ModelVariable[]): Value[] {
  return variables.flatMap((entry) =>
    entry.trainable && entry.variable.regularizer !== undefined
      ? [emission.penalty(entry.variable.regularizer.emit(emission.value(entry)))]
      : [],
  );
}

/** The variables that training changes by their gradients. */
export function trainedOf(variables: readonly ModelVariable[]): ModelVariable[] {
  return variables.filter(({ trainable }) => trainable);
}

/**
 * Emits the optimiser's updates and the constraints behind them.
 *
 * @param weightGradients one for each of {@link trainedOf}, of its type
 */
export function emitUpdates(
  emission: StepEmission,
  optimizer: Optimizer,
  variables: readonly ModelVariable[],
  weightGradients: readonly Value[],
): void {
  const trained = trainedOf(variables);
  const weights = trained.map((entry) => emission.value(entry));
  const updates = applyUpdates({
    optimizer,
    weights,
    gradients: weightGradients,
    slots: trained.map((entry) => slotInputs(emission, optimizer, entry)),
    learningRate: emission.hyper("learningRate"),
    factors: mapped(optimizer.factors ?? {}, (name) => emission.factor(name)),
  });
  trained.forEach((entry, index) => {
    const { weight, slots } = updates[index] as Update;
    emission.replace(entry.path, entry.variable.constraint?.emit(weight) ?? weight);
    for (const [name, value] of Object.entries(slots)) emission.replace(slotPath(entry, name), value);
  });
}

function mapped<T>(record: Readonly<Record<string, unknown>>, map: (name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.keys(record).map((name) => [name, map(name)]));
}

function slotInputs(
  emission: StepEmission,
  optimizer: Optimizer,
  entry: ModelVariable,
): Record<string, Value> {
  const slots = optimizer.slots(entry.variable.shape);
  return Object.fromEntries(
    slots.map(({ name, shape }) => [
      name,
      emission.input(slotPath(entry, name), { dtype: "float32", shape }),
    ]),
  );
}
