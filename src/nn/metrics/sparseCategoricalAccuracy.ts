import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { equal } from "../../engine/ops/equal.js";
import { reshape } from "../../engine/ops/reshape.js";
import { readOptions } from "../../engine/options.js";
import { classNumbers } from "../losses/sparseCategoricalCrossentropy.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";
import { bestClass } from "./nanScores.js";

/** 1 where the largest prediction along the last axis is at the place that the target names, 0 elsewhere and for NaN: `[batch, …]`. */
export function sparseMatches(target: Value, prediction: Value): Value {
  const best = bestClass(prediction);
  const classes = classNumbers("sparseCategoricalAccuracy", target, prediction, -1);
  return cast(equal(toDtype(reshape(classes, best.shape), "float32"), best), "float32");
}

/** How often the class with the highest score is the right one; targets are class numbers. */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): Metric {
  return meanMetric(
    "sparseCategoricalAccuracy",
    readOptions("sparseCategoricalAccuracy", options, metricFields),
    "max",
    (target, prediction) => sparseMatches(target, prediction),
  );
}
