import { type FieldsOf, number, optional, readOptions } from "../../engine/options.js";
import { type Confusion, confusionOf, confusionSums } from "./confusion.js";
import { type MetricOptions, metricFields, metricOf, quotient } from "./make.js";
import type { Metric } from "./metric.js";

export interface RetrievalOptions extends MetricOptions {
  /** A score above it counts as found, from 0 to 1. Default: 0.5, or none with `topK`. */
  readonly threshold?: number | undefined;
  /** Only the so many highest scores along the classes count as found. Default: all. */
  readonly topK?: number | undefined;
  /** Only this class is counted; classes lie along the axis of the output's loss, the last in most. Default: all. */
  readonly classId?: number | undefined;
}

const fields = {
  threshold: optional(number({ min: 0, max: 1 })),
  topK: optional(number({ min: 1, integer: true })),
  classId: optional(number({ min: 0, integer: true })),
  ...metricFields,
} satisfies FieldsOf<RetrievalOptions>;

/** Precision and recall: one figure of the counts at one threshold. */
export function retrievalMetric(
  type: string,
  options: RetrievalOptions,
  figure: (counts: Confusion) => number,
): Metric {
  const read = readOptions(type, options, fields);
  // Scores that are not among the highest are −∞, so this lets the others through.
  const threshold = read.threshold ?? (read.topK === undefined ? 0.5 : -3e38);
  return metricOf(type, read, {
    emit: (target, prediction, weight) => confusionSums(target, prediction, weight, [threshold], read),
    direction: "max",
    result: (sums) => figure(confusionOf(sums)),
  });
}

/** Of what was found, the share that is right: true positives / (true + false positives); 0 where nothing was found. */
export function precision(options: RetrievalOptions = {}): Metric {
  return retrievalMetric("precision", options, ({ truePositives: [tp = 0], falsePositives: [fp = 0] }) =>
    quotient(tp, tp + fp),
  );
}
