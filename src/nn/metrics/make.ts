import type { Value } from "../../engine/graph/graph.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { concat } from "../../engine/ops/concat.js";
import { expand } from "../../engine/ops/expand.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { optional, text } from "../../engine/options.js";
import type { DType } from "../../engine/tensor/dtype.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ConfigValue } from "../config/config.js";
import { configOf } from "../config/config.js";
import { sameRank } from "../losses/sameRank.js";
import { alongClassesOf } from "./classAxis.js";
import type { Direction, Metric } from "./metric.js";

/** Options that every metric has. */
export interface MetricOptions {
  /** What it is reported as. Default: the metric's own name. */
  readonly name?: string | undefined;
}

/** How {@link MetricOptions} are read. */
export const metricFields = { name: optional(text()) };

/** What makes a metric. */
export interface MetricRule {
  /** Element type in which targets are fed. Default: float32. */
  readonly targetDtype?: DType | undefined;
  /** Emits the batch's sums, a vector; target and prediction come as they are. */
  readonly emit: (target: Value, prediction: Value, weight: Value | undefined) => Value;
  readonly result: (sums: Float64Array) => number;
  readonly direction: Direction;
  /**
   * Whether it takes the last axis for that of the classes, so that it follows a loss that has them along another. Default: true;
   * not where the metric was told its axis.
   */
  readonly followsLoss?: boolean | undefined;
}

/**
 * A metric from its options as read and its rule. A metric that is reported under another name than its type's
 * keeps the type in its config.
 */
export function metricOf(
  type: string,
  options: { readonly name: string | undefined; readonly [key: string]: ConfigValue | undefined },
  { targetDtype = "float32", emit, result, direction, followsLoss = true }: MetricRule,
): Metric {
  const { name = type, ...own } = options;
  const made: Metric = {
    name,
    config: configOf(name === type ? own : { ...own, type }),
    targetDtype,
    emit: (target, prediction, weight) => emit(target, prediction, weight && toDtype(weight, "float32")),
    result,
    direction,
  };
  return followsLoss ? { ...made, forOutput: (output) => alongClassesOf(output, made) } : made;
}

/** Scalars and vectors, one behind the other in one vector. */
export function joined(parts: readonly Value[]): Value {
  return concat(
    parts.map((part) => reshape(part, [-1])),
    { axis: 0 },
  );
}

/** Mean over all axes from `first` on. */
function meanFrom(x: Value, first: number): Value {
  if (x.rank <= first) return x;
  return reduceMean(x, { axes: Array.from({ length: x.rank - first }, (_, i) => first + i) });
}

/**
 * The sum of the samples' values and what to divide it by, as Keras's `Mean` counts them: a sample counts once,
 * or as much as its weight, or as much as the mean of its positions' weights.
 *
 * @param values `[batch, …]`
 * @param weight `[batch]` or `[batch, …]`
 * @returns float32[2]
 */
export function meanSums(values: Value, weight: Value | undefined): Value {
  if (weight === undefined) {
    const count = values.graph.constant(Tensor.full([1], values.shape[0] ?? 1));
    return joined([reduceSum(meanFrom(values, 1)), count]);
  }
  const [each, factors] = sameRank(values, weight);
  const fitted = meanFrom(each, factors.rank);
  const full = expand(factors, fitted.shape);
  return joined([reduceSum(meanFrom(mul(fitted, full), 1)), reduceSum(meanFrom(full, 1))]);
}

/** a / b, and 0 where b is 0. */
export function quotient(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

/**
 * The mean of a value for each sample or position.
 *
 * @param direction whether less or more of it is better
 * @param values gives `[batch, …]`, float32
 * @param finish makes the figure from the mean. Default: the mean itself.
 */
export function meanMetric(
  type: string,
  options: { readonly name: string | undefined; readonly [key: string]: ConfigValue | undefined },
  direction: Direction,
  values: (target: Value, prediction: Value) => Value,
  finish: (mean: number) => number = (mean) => mean,
): Metric {
  return metricOf(type, options, {
    emit: (target, prediction, weight) => meanSums(values(target, prediction), weight),
    direction,
    result: ([total = 0, count = 0]) => finish(quotient(total, count)),
  });
}
