import { square } from "../../engine/ops/composed/square.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import { toDtype } from "../losses/reduceLoss.js";
import { sameRank } from "../losses/sameRank.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

/** The root of the mean of (target − prediction)². */
export function rootMeanSquaredError(options: MetricOptions = {}): Metric {
  return meanMetric(
    "rootMeanSquaredError",
    readOptions("rootMeanSquaredError", options, metricFields),
    (target, prediction) => square(sub(...sameRank(toDtype(target, prediction.dtype), prediction))),
    Math.sqrt,
  );
}
