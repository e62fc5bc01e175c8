import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { type Confusion, confusionOf, confusionSums } from "./confusion.js";
import { type MetricOptions, metricFields, metricOf } from "./make.js";
import type { Metric } from "./metric.js";

export interface CountOptions extends MetricOptions {
  /** A score above it counts as found, from 0 to 1. Default: 0.5. */
  readonly threshold?: number | undefined;
}

const fields = {
  threshold: number({ default: 0.5, min: 0, max: 1 }),
  ...metricFields,
} satisfies FieldsOf<CountOptions>;

function countOf(type: keyof Confusion, options: CountOptions): Metric {
  const read = readOptions(type, options, fields);
  return metricOf(type, read, {
    emit: (target, prediction, weight) => confusionSums(target, prediction, weight, [read.threshold]),
    direction: type.startsWith("true") ? "max" : "min",
    result: (sums) => confusionOf(sums)[type][0] as number,
  });
}

/** How many labels of 1 score above the threshold, or the sum of their weights. */
export function truePositives(options: CountOptions = {}): Metric {
  return countOf("truePositives", options);
}

/** How many labels of 0 score above the threshold, or the sum of their weights. */
export function falsePositives(options: CountOptions = {}): Metric {
  return countOf("falsePositives", options);
}

/** How many labels of 0 do not score above the threshold, or the sum of their weights. */
export function trueNegatives(options: CountOptions = {}): Metric {
  return countOf("trueNegatives", options);
}

/** How many labels of 1 do not score above the threshold, or the sum of their weights. */
export function falseNegatives(options: CountOptions = {}): Metric {
  return countOf("falseNegatives", options);
}
