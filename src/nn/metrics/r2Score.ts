import type { Value } from "../../engine/graph/graph.js";
import { square } from "../../engine/ops/composed/square.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { expand } from "../../engine/ops/expand.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, oneOf, readOptions } from "../../engine/options.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { matchedTarget } from "../losses/matchedTarget.js";
import { alignWeight } from "../losses/reduceLoss.js";
import { joined, type MetricOptions, metricFields, metricOf } from "./make.js";
import type { Metric } from "./metric.js";

export type R2Aggregation = "uniformAverage" | "varianceWeightedAverage";

export interface R2ScoreOptions extends MetricOptions {
  /** How the scores of several outputs become one. Default: `uniformAverage`, their mean. */
  readonly classAggregation?: R2Aggregation | undefined;
  /** Number of independent regressors, for the adjusted score. Default: 0, not adjusted. */
  readonly numRegressors?: number | undefined;
}

/** [4 · outputs + 1]: Σ w · t, Σ w · t², Σ w · (t − p)² and Σ w for each output, and the number of targets. */
function moments(target: Value, prediction: Value, weight: Value | undefined): Value {
  const [t, p] = matchedTarget("r2Score", target, toDtype(prediction, "float32"));
  const rows = [-1, t.rank === 1 ? 1 : t.size(-1)];
  const factors = weight === undefined ? t.graph.scalar(1, "float32") : alignWeight(weight, t);
  const full = expand(factors, t.shape);
  const weighted = mul(t, full);
  const sum = (x: Value): Value => reduceSum(reshape(x, rows), { axes: [0] });
  const count = t.graph.constant(Tensor.full([1], sizeOf(t.shape)));
  return joined([sum(weighted), sum(mul(t, weighted)), sum(mul(square(sub(t, p)), full)), sum(full), count]);
}

function scoreOf(sums: Float64Array, aggregation: R2Aggregation, regressors: number): number {
  const outputs = (sums.length - 1) / 4;
  const at = (kind: number, output: number): number => sums[kind * outputs + output] as number;
  let [scores, weights] = [0, 0];
  for (let i = 0; i < outputs; i++) {
    const total = at(1, i) - at(0, i) ** 2 / at(3, i);
    const raw = 1 - at(2, i) / total;
    const weight = aggregation === "uniformAverage" ? 1 : total;
    // Targets that do not vary have no score; Keras counts 0.
    scores += weight * (Math.abs(raw) === Number.POSITIVE_INFINITY ? 0 : raw);
    weights += weight;
  }
  const score = scores / weights;
  const samples = sums.at(-1) as number;
  // Too few samples for so many regressors: the plain score, as in Keras.
  if (regressors === 0 || regressors >= samples - 1) return score;
  return 1 - ((1 - score) * (samples - 1)) / (samples - regressors - 1);
}

const fields = {
  classAggregation: oneOf<R2Aggregation>(["uniformAverage", "varianceWeightedAverage"], "uniformAverage"),
  numRegressors: number({ default: 0, min: 0, integer: true }),
  ...metricFields,
} satisfies FieldsOf<R2ScoreOptions>;

/**
 * The coefficient of determination, 1 − Σ (target − prediction)² / Σ (target − mean target)²: 1 for a perfect
 * prediction, 0 for the mean.
 */
export function r2Score(options: R2ScoreOptions = {}): Metric {
  const read = readOptions("r2Score", options, fields);
  return metricOf("r2Score", read, {
    emit: moments,
    direction: "max",
    result: (sums) => scoreOf(sums, read.classAggregation, read.numRegressors),
  });
}
