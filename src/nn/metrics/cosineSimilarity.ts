import { neg } from "../../engine/ops/neg.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { cosineSimilarity as cosineLoss } from "../losses/cosineSimilarity.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

export interface CosineSimilarityMetricOptions extends MetricOptions {
  /** The axis along which vectors lie. Default: −1, the last. */
  readonly axis?: number | undefined;
}

const fields = {
  axis: number({ default: -1, integer: true }),
  ...metricFields,
} satisfies FieldsOf<CosineSimilarityMetricOptions>;

/** The mean cosine of the angle between target and prediction, from −1 to 1 (same direction): minus the loss of that name. */
export function cosineSimilarity(options: CosineSimilarityMetricOptions = {}): Metric {
  const read = readOptions("cosineSimilarity", options, fields);
  const loss = cosineLoss({ axis: read.axis });
  return meanMetric("cosineSimilarity", read, (target, prediction) => neg(loss.emit(target, prediction)));
}
