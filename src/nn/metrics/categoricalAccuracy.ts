import type { Value } from "../../engine/graph/graph.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { equal } from "../../engine/ops/equal.js";
import { readOptions } from "../../engine/options.js";
import { matchedTarget } from "../losses/matchedTarget.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";
import { bestClass } from "./nanScores.js";

/** What to do with class numbers where one-hot rows belong. */
export const sparseHelp = "For targets that are class numbers use a metric whose name begins with sparse.";

/** 1 where the largest target and the largest prediction along the last axis are at one place, 0 elsewhere and for NaN: `[batch, …]`. */
export function categoricalMatches(name: string, target: Value, prediction: Value): Value {
  const [labels, scores] = matchedTarget(name, target, prediction, sparseHelp);
  return cast(equal(cast(argMax(labels, { axis: -1 }), "float32"), bestClass(scores)), "float32");
}

/** How often the class with the highest score is the right one; targets are one-hot. */
export function categoricalAccuracy(options: MetricOptions = {}): Metric {
  return meanMetric(
    "categoricalAccuracy",
    readOptions("categoricalAccuracy", options, metricFields),
    "max",
    (target, prediction) => categoricalMatches("categoricalAccuracy", target, prediction),
  );
}
