import type { Value } from "../../engine/graph/graph.js";
import { type FieldsOf, optional, readOptions, text } from "../../engine/options.js";
import type { TargetKind } from "../losses/loss.js";
import { loss as resolveLoss } from "../losses/resolve.js";
import { binaryMatches } from "./binaryAccuracy.js";
import { categoricalMatches } from "./categoricalAccuracy.js";
import { alongClassesOf } from "./classAxis.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";
import { predictionKind } from "./predictionKind.js";
import { sparseMatches } from "./sparseCategoricalAccuracy.js";

export interface AccuracyOptions extends MetricOptions {
  /** Name of the loss that the output is trained with. Default: that of the output, once it is known. */
  readonly loss?: string | undefined;
}

const fields = { loss: optional(text()), ...metricFields } satisfies FieldsOf<AccuracyOptions>;

function matches(target: Value, prediction: Value, targets: TargetKind | undefined): Value {
  switch (predictionKind(target.shape, prediction.shape, targets)) {
    case "binary":
      return binaryMatches("accuracy", target, prediction, 0.5);
    case "sparse":
      return sparseMatches(target, prediction);
    case "categorical":
      return categoricalMatches("accuracy", target, prediction);
  }
}

/** What the targets of a loss are; `undefined` for one that is not Imago's own. */
function targetsOf(loss: string | undefined): TargetKind | undefined {
  const known = resolveLoss.names.find((name) => name === loss);
  return known === undefined ? undefined : resolveLoss(known).targetKind;
}

/** Binary, categorical or sparse categorical accuracy, as target and prediction ask for. See {@link predictionKind}. */
export function accuracy(options: AccuracyOptions = {}): Metric {
  const read = readOptions("accuracy", options, fields);
  const comparing = (targets: TargetKind | undefined): Metric =>
    meanMetric("accuracy", read, "max", (target, prediction) => matches(target, prediction, targets));
  if (read.loss !== undefined) return comparing(targetsOf(read.loss));
  return {
    ...comparing(undefined),
    forOutput: (output) => alongClassesOf(output, comparing(output.loss?.targetKind)),
  };
}
