import type { Value } from "../../engine/graph/graph.js";
import { and } from "../../engine/ops/and.js";
import { cast } from "../../engine/ops/cast.js";
import { equal } from "../../engine/ops/equal.js";
import { greater } from "../../engine/ops/greater.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { matchedTarget } from "../losses/matchedTarget.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

export interface BinaryAccuracyOptions extends MetricOptions {
  /** Predictions above it mean 1, others 0. Default: 0.5. */
  readonly threshold?: number | undefined;
}

/** 1 where a prediction is on its label's side of the threshold, 0 elsewhere and for NaN: the prediction's shape. */
export function binaryMatches(name: string, target: Value, prediction: Value, threshold: number): Value {
  const [labels, scores] = matchedTarget(name, target, prediction);
  const agrees = equal(labels, cast(greater(scores, threshold), "float32"));
  // NaN is on no side.
  return cast(and(agrees, equal(scores, scores)), "float32");
}

const fields = {
  threshold: number({ default: 0.5 }),
  ...metricFields,
} satisfies FieldsOf<BinaryAccuracyOptions>;

/** The share of predictions on their label's side of the threshold; labels are 0 and 1. */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric {
  const read = readOptions("binaryAccuracy", options, fields);
  return meanMetric("binaryAccuracy", read, "max", (target, prediction) =>
    binaryMatches("binaryAccuracy", target, prediction, read.threshold),
  );
}
