import { readOptions, refusal } from "../../engine/options.js";
import type { Loss } from "../losses/loss.js";
import { maskedWeight } from "../losses/reduceLoss.js";
import { type MetricOptions, meanSums, metricFields, metricOf, quotient } from "./make.js";
import type { Metric } from "./metric.js";

/**
 * A loss as a metric: its mean over all samples. The loss's reduction does not count here. It is saved by the
 * loss's name and options.
 */
export function lossMetric(loss: Loss, options: MetricOptions = {}): Metric {
  if (typeof loss !== "object" || loss === null || typeof loss.emit !== "function") {
    throw refusal("lossMetric", "loss", "a loss, as losses make them", loss);
  }
  const { name } = readOptions(`metric "${loss.name}"`, options, metricFields);
  return metricOf(
    loss.name,
    { ...loss.config, name },
    {
      targetDtype: loss.targetDtype,
      emit: (target, prediction, weight) =>
        meanSums(loss.emit(target, prediction), maskedWeight(weight, loss.mask?.(target, prediction))),
      direction: "min",
      result: ([total = 0, count = 0]) => quotient(total, count),
      // One of Imago's own that reads the last axis; what somebody else's reads is not known.
      followsLoss: loss.targetKind !== undefined && !("axis" in loss.config),
    },
  );
}
