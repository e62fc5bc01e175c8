import { gradients } from "../../engine/autodiff/gradients.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sub } from "../../engine/ops/sub.js";
import type { Runtime, Tensors } from "../../engine/runtime/runtime.js";
import { isFloat } from "../../engine/tensor/dtype.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { EmittedCall } from "../layers/base/context.js";
import { StepEmission } from "./stepEmission.js";
import { emitHeads, type Signature, type StepDescription, tracedInputs } from "./stepGraph.js";

/** The first value of a step that holds NaN or an infinity. */
export interface NonFinite {
  readonly kind: "input" | "weight" | "output" | "loss" | "gradient";
  /** Where it is: a layer's path in the model; for `loss` the model's output, or "" for the total. */
  readonly layer: string;
  /** The layer's type; "" for `loss`. */
  readonly type: string;
  /** The weight's name, for `weight` and `gradient`. */
  readonly weight?: string | undefined;
}

interface Check extends NonFinite {
  readonly value: Value;
}

/**
 * Runs a step once more and looks at every value on its way: for each layer in order its inputs, weights and
 * outputs, then the losses, then the gradients from the last layer to the first.
 *
 * @param feeds gives the tensor of a graph's input: data, variables as they were before the step, random words
 * @returns `undefined` when all is finite
 */
export async function findNonFinite(
  description: StepDescription,
  runtime: Runtime,
  signature: Signature,
  feeds: (name: string) => Tensor,
): Promise<NonFinite | undefined> {
  const { graph, checks } = checkGraph(description, signature);
  const program = await runtime.compile(graph);
  try {
    const given = Object.fromEntries(program.inputNames.map((name) => [name, feeds(name)]));
    const results: Tensors = await program.run(given);
    const found = checks.find((_, index) => Number.isNaN(results[`check/${index}`]?.item()));
    if (found === undefined) return undefined;
    const { value: _, ...rest } = found;
    return rest;
  } finally {
    await program.dispose();
  }
}

function checkGraph(description: StepDescription, signature: Signature): { graph: Graph; checks: Check[] } {
  const { functional, variables, heads } = description;
  const graph = new Graph();
  const emission = new StepEmission(graph, variables, true);
  const checks: Check[] = [];
  const observe = (call: EmittedCall): void => void checks.push(...callChecks(call, description, emission));
  const traced = tracedInputs(functional, signature, emission, { ...emission.context, observe });
  const { objective = emitHeads } = description;
  const { total } = objective(description, traced, signature, emission);
  for (const { name } of heads) {
    const loss = graph.outputs.find((output) => output.name === `loss/${name}`);
    if (loss !== undefined) checks.push({ kind: "loss", layer: name, type: "", value: loss.value });
  }
  checks.push({ kind: "loss", layer: "", type: "", value: total });
  checks.push(...gradientChecks(description, emission, total));
  const floats = checks.filter(({ value }) => isFloat(value.dtype));
  floats.forEach(({ value }, index) => {
    // x − x is 0 for every finite x and NaN for the others.
    graph.output(`check/${index}`, reduceSum(sub(value, value)));
  });
  return { graph, checks: floats };
}

function callChecks(
  { layer, path, inputs, outputs }: EmittedCall,
  { variables }: StepDescription,
  emission: StepEmission,
): Check[] {
  const at = { layer: path, type: layer.type };
  const own = variables.filter(({ variable }) => layer.variables.includes(variable));
  return [
    ...inputs.map((value): Check => ({ ...at, kind: "input", value })),
    ...own.map(
      (entry): Check => ({
        ...at,
        kind: "weight",
        weight: entry.variable.name,
        value: emission.value(entry),
      }),
    ),
    ...outputs.map((value): Check => ({ ...at, kind: "output", value })),
  ];
}

function gradientChecks({ variables }: StepDescription, emission: StepEmission, total: Value): Check[] {
  const trained = variables.filter(({ trainable }) => trainable);
  const found = gradients(
    total,
    trained.map((entry) => emission.value(entry)),
  );
  const checks = trained.map(
    ({ path, layer, variable }, index): Check => ({
      kind: "gradient",
      layer: path.slice(0, path.lastIndexOf("/")),
      type: layer.type,
      weight: variable.name,
      value: found[index] as Value,
    }),
  );
  return checks.reverse();
}

/** What was found, as a sentence with the likely reason. */
export function describeNonFinite(found: NonFinite | undefined): string {
  if (found === undefined) {
    return "every value of the step was finite when it was run again; the metrics or the data may not be";
  }
  const { kind, layer, type, weight } = found;
  const where = `layer "${layer}" (${type})`;
  switch (kind) {
    case "input":
      return `${where}: its input is not finite, before any other value; look at the data`;
    case "weight":
      return (
        `${where}: its weight "${weight}" was not finite before this step, so the update before made it so; ` +
        "try a lower learning rate or clipNorm"
      );
    case "output":
      return `${where}: its output is the first value that is not finite; its input and weights are`;
    case "loss":
      return layer === ""
        ? "the total loss is the first value that is not finite: every output's own loss is, so a penalty or a loss weight makes it so"
        : `the loss of output "${layer}" is the first value that is not finite: the output itself is, so the loss or its targets make it so`;
    case "gradient":
      return (
        `${where}: the gradient of its weight "${weight}" is the first value that is not finite, though the loss is; ` +
        "try clipNorm, or look for a division or root of 0 behind this layer"
      );
  }
}
