import type { Value } from "../../engine/graph/graph.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { equal } from "../../engine/ops/equal.js";
import { reshape } from "../../engine/ops/reshape.js";
import { squeeze } from "../../engine/ops/squeeze.js";
import { readOptions } from "../../engine/options.js";
import { classNumbers } from "../losses/sparseCategoricalCrossentropy.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

/** 1 where the largest prediction along the classes' axis is at the place that the target names: `[batch, …]`. */
export function sparseMatches(target: Value, prediction: Value, axis = -1): Value {
  const best = squeeze(argMax(prediction, { axis, keepDims: true }), [axis]);
  const classes = classNumbers("sparseCategoricalAccuracy", target, prediction, axis);
  return cast(equal(toDtype(reshape(classes, best.shape), "int64"), best), "float32");
}

/** How often the class with the highest score is the right one; targets are class numbers. */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): Metric {
  return meanMetric(
    "sparseCategoricalAccuracy",
    readOptions("sparseCategoricalAccuracy", options, metricFields),
    (target, prediction) => sparseMatches(target, prediction),
  );
}
