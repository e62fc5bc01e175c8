import type { Value } from "../../engine/graph/graph.js";
import { type FieldsOf, flag, readOptions } from "../../engine/options.js";
import { categoricalCrossentropy } from "../losses/categoricalCrossentropy.js";
import { sparseCategoricalCrossentropy } from "../losses/sparseCategoricalCrossentropy.js";
import { classAxis } from "./classAxis.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";
import { predictionKind } from "./predictionKind.js";

export interface CrossentropyMetricOptions extends MetricOptions {
  /** The predictions are logits, not probabilities. Default: false. */
  readonly fromLogits?: boolean | undefined;
}

const fields = { fromLogits: flag(false), ...metricFields } satisfies FieldsOf<CrossentropyMetricOptions>;

/**
 * A figure made from the mean crossentropy in nats; targets are one-hot or class numbers, as their shape says. The classes lie where
 * the output's loss has them.
 */
export function crossentropyMetric(
  type: string,
  options: CrossentropyMetricOptions,
  finish: (nats: number) => number,
): Metric {
  const read = readOptions(type, options, fields);
  const { fromLogits } = read;
  const along = (axis: number): Metric => {
    const values = (target: Value, prediction: Value): Value => {
      const sparse = predictionKind(target.shape, prediction.shape, undefined, axis) === "sparse";
      const loss = sparse
        ? sparseCategoricalCrossentropy({ fromLogits, axis })
        : categoricalCrossentropy({ fromLogits, axis });
      return loss.emit(target, prediction);
    };
    return meanMetric(type, read, "min", values, finish);
  };
  return { ...along(-1), forOutput: (output) => along(classAxis(output) ?? -1) };
}

/** e to the mean crossentropy: among how many equally likely symbols the model is left to choose. */
export function perplexity(options: CrossentropyMetricOptions = {}): Metric {
  return crossentropyMetric("perplexity", options, Math.exp);
}
