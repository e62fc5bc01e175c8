import { Graph, type Value } from "../../../engine/graph/graph.js";
import { div } from "../../../engine/ops/div.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import { divideNoNan } from "../../losses/divideNoNan.js";
import { sampleLosses } from "../../losses/emitLoss.js";
import type { Loss } from "../../losses/loss.js";
import { type Counted, type LossTerms, lossTerms } from "../../losses/reduceLoss.js";
import { StepEmission } from "../stepEmission.js";
import { emitHeads, type Mode, type Signature, type StepDescription, tracedInputs } from "../stepGraph.js";

/** A step without gradients, emitted to see how its values depend on the rows of the batch. */
export interface Probe {
  readonly graph: Graph;
  /** The model's outputs. */
  readonly outputs: readonly Value[];
  /** The losses of outputs before they are divided, by the outputs' names. */
  readonly losses: ReadonlyMap<string, LossTerms>;
  /** What layers add to the loss. */
  readonly added: readonly Value[];
  /** What variables become, by their paths. */
  readonly replaced: ReadonlyMap<string, Value>;
  /** The shapes of the random numbers that are asked for, by their streams. */
  readonly random: readonly Shape[];
  /** Statistics that a part may take by itself. */
  readonly ofParts: ReadonlySet<Value>;
}

class ProbeEmission extends StepEmission {
  readonly terms = new Map<string, LossTerms>();
  readonly shapes: Shape[] = [];
  readonly statistics = new Set<Value>();

  /** Inputs, so that how numbers are drawn is not looked at. */
  protected override random(stream: number, shape: Shape): Value {
    this.shapes[stream] = shape;
    return this.input(`random/${stream}`, { dtype: "float32", shape });
  }

  protected override ofPart(value: Value): void {
    this.statistics.add(value);
  }

  override headLoss(name: string, loss: Loss, target: Value, prediction: Value, counted: Counted): Value {
    const losses = sampleLosses(loss, target, prediction, counted);
    const terms = lossTerms(losses.perSample, loss.reduction, losses.counted);
    this.terms.set(name, terms);
    const { total, divisor } = terms;
    return typeof divisor === "number" ? div(total, divisor) : divideNoNan(total, divisor);
  }
}

/** Emits a step of a description without an objective of its own. */
export function probe(
  { functional, variables, heads }: Pick<StepDescription, "functional" | "variables" | "heads">,
  mode: Mode,
  signature: Signature,
): Probe {
  const graph = new Graph();
  const emission = new ProbeEmission(graph, variables, mode === "train");
  const traced = tracedInputs(functional, signature, emission);
  if (mode !== "predict") {
    emitHeads({ functional, variables, heads, optimizer: undefined }, traced, signature, emission);
  }
  return {
    graph,
    outputs: traced.outputs,
    losses: emission.terms,
    added: emission.losses,
    replaced: emission.replaced,
    random: emission.shapes,
    ofParts: emission.statistics,
  };
}
