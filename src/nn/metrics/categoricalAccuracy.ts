import type { Value } from "../../engine/graph/graph.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { equal } from "../../engine/ops/equal.js";
import { readOptions } from "../../engine/options.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

/** 1 where the largest target and the largest prediction along the classes' axis are at one place: `[batch, …]`. */
export function categoricalMatches(target: Value, prediction: Value, axis = -1): Value {
  return cast(equal(argMax(target, { axis }), argMax(prediction, { axis })), "float32");
}

/** How often the class with the highest score is the right one; targets are one-hot. */
export function categoricalAccuracy(options: MetricOptions = {}): Metric {
  return meanMetric(
    "categoricalAccuracy",
    readOptions("categoricalAccuracy", options, metricFields),
    (target, prediction) => categoricalMatches(target, prediction),
  );
}
