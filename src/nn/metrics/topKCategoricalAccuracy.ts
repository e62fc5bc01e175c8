import type { Value } from "../../engine/graph/graph.js";
import { and } from "../../engine/ops/and.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { equal } from "../../engine/ops/equal.js";
import { gatherElements } from "../../engine/ops/gatherElements.js";
import { less } from "../../engine/ops/less.js";
import { lessOrEqual } from "../../engine/ops/lessOrEqual.js";
import { not } from "../../engine/ops/not.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { squeeze } from "../../engine/ops/squeeze.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { matchedTarget } from "../losses/matchedTarget.js";
import { sparseHelp } from "./categoricalAccuracy.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";

export interface TopKOptions extends MetricOptions {
  /** How many classes may be guessed. Default: 5. */
  readonly k?: number | undefined;
}

/** How {@link TopKOptions} are read. */
export const topKFields = {
  k: number({ default: 5, min: 1, integer: true }),
  ...metricFields,
} satisfies FieldsOf<TopKOptions>;

/**
 * 1 where fewer than `k` classes score higher than the right one: `[batch, …]`.
 *
 * @param classes class numbers, `[batch, …, 1]`
 */
export function topKMatches(classes: Value, prediction: Value, k: number): Value {
  const right = gatherElements(prediction, classes, { axis: -1 });
  // What cannot be compared, NaN, counts as higher: a network that broke is never right.
  const higher = reduceSum(cast(not(lessOrEqual(prediction, right)), "float32"), { axes: [-1] });
  const known = squeeze(equal(right, right), [-1]);
  return cast(and(less(higher, k), known), "float32");
}

/** How often the right class is among the `k` with the highest scores; targets are one-hot. */
export function topKCategoricalAccuracy(options: TopKOptions = {}): Metric {
  const read = readOptions("topKCategoricalAccuracy", options, topKFields);
  return meanMetric("topKCategoricalAccuracy", read, "max", (target, prediction) => {
    const [labels, scores] = matchedTarget("topKCategoricalAccuracy", target, prediction, sparseHelp);
    return topKMatches(argMax(labels, { axis: -1, keepDims: true }), scores, read.k);
  });
}
