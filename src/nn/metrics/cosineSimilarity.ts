import { neg } from "../../engine/ops/neg.js";
import { type FieldsOf, number, optional, readOptions } from "../../engine/options.js";
import { cosineSimilarity as cosineLoss } from "../losses/cosineSimilarity.js";
import { type MetricOptions, meanSums, metricFields, metricOf, quotient } from "./make.js";
import type { Metric } from "./metric.js";

export interface CosineSimilarityMetricOptions extends MetricOptions {
  /** The axis along which vectors lie. Default: that of the output's loss, which is the last in most. */
  readonly axis?: number | undefined;
}

const fields = {
  axis: optional(number({ integer: true })),
  ...metricFields,
} satisfies FieldsOf<CosineSimilarityMetricOptions>;

/** The mean cosine of the angle between target and prediction, from −1 to 1 (same direction): minus the loss of that name. */
export function cosineSimilarity(options: CosineSimilarityMetricOptions = {}): Metric {
  const read = readOptions("cosineSimilarity", options, fields);
  const loss = cosineLoss({ axis: read.axis ?? -1 });
  return metricOf("cosineSimilarity", read, {
    emit: (target, prediction, weight) => meanSums(neg(loss.emit(target, prediction)), weight),
    direction: "max",
    result: ([total = 0, count = 0]) => quotient(total, count),
    followsLoss: read.axis === undefined,
  });
}
