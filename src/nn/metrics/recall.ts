import { quotient } from "./make.js";
import type { Metric } from "./metric.js";
import { type RetrievalOptions, retrievalMetric } from "./precision.js";

/** Of what there is, the share that was found: true positives / (true positives + false negatives); 0 where there is nothing. */
export function recall(options: RetrievalOptions = {}): Metric {
  return retrievalMetric("recall", options, ({ truePositives: [tp = 0], falseNegatives: [fn = 0] }) =>
    quotient(tp, tp + fn),
  );
}
