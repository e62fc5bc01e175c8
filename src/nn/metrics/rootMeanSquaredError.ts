import { square } from "../../engine/ops/composed/square.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import { matchedTarget } from "../losses/matchedTarget.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

/** The root of the mean of (target − prediction)². */
export function rootMeanSquaredError(options: MetricOptions = {}): Metric {
  return meanMetric(
    "rootMeanSquaredError",
    readOptions("rootMeanSquaredError", options, metricFields),
    "min",
    (target, prediction) => square(sub(...matchedTarget("rootMeanSquaredError", target, prediction))),
    Math.sqrt,
  );
}
