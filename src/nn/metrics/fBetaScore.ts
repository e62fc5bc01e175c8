import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { abs } from "../../engine/ops/abs.js";
import { and } from "../../engine/ops/and.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { greater } from "../../engine/ops/greater.js";
import { greaterOrEqual } from "../../engine/ops/greaterOrEqual.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMax } from "../../engine/ops/reduceMax.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, oneOf, optional, type ReadOf, readOptions } from "../../engine/options.js";
import { formatShape, sameShape } from "../../engine/tensor/shape.js";
import { epsilon } from "../config/epsilon.js";
import { alignWeight } from "../losses/reduceLoss.js";
import { joined, type MetricOptions, metricFields, metricOf } from "./make.js";
import type { Metric } from "./metric.js";
import { wrongWhereNan } from "./nanScores.js";

export type FScoreAverage = "micro" | "macro" | "weighted";

export interface F1ScoreOptions extends MetricOptions {
  /**
   * From the counts of all classes together (`micro`), the mean over classes (`macro`), or that mean weighted by how
   * often each class occurs (`weighted`). Default: `macro`; Keras's default gives one score for each class.
   */
  readonly average?: FScoreAverage | undefined;
  /** A score above it counts as found, above 0, to 1. Default: none, and the highest score of a sample is found. */
  readonly threshold?: number | undefined;
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision, above 0. Default: 1. */
  readonly beta?: number | undefined;
}

/** [3 · classes]: true positives, false positives and false negatives of each class. */
function classCounts(
  type: string,
  target: Value,
  prediction: Value,
  weight: Value | undefined,
  threshold: number | undefined,
): Value {
  if (prediction.rank !== 2 || !sameShape(target.shape, prediction.shape)) {
    throw new ImagoError(
      `${type}: expected target and prediction of one shape [batch, classes], received ` +
        `${formatShape(target.shape)} and ${formatShape(prediction.shape)}.`,
    );
  }
  const labels = toDtype(target, "float32");
  const scores = wrongWhereNan(prediction, labels);
  const highest = (): Value => {
    const counts = and(greater(abs(scores), 1e-9), greater(scores, Number.NEGATIVE_INFINITY));
    return and(greaterOrEqual(scores, reduceMax(scores, { axes: [-1], keepDims: true })), counts);
  };
  const found = cast(threshold === undefined ? highest() : greater(scores, threshold), "float32");
  const sum = (x: Value): Value =>
    reduceSum(weight === undefined ? x : mul(x, alignWeight(weight, x)), { axes: [0] });
  return joined([sum(mul(found, labels)), sum(mul(found, sub(1, labels))), sum(mul(sub(1, found), labels))]);
}

function score([tp, fp, fn]: readonly [number, number, number], beta: number): number {
  const precision = tp / (tp + fp + epsilon);
  const recall = tp / (tp + fn + epsilon);
  const square = beta * beta;
  return ((1 + square) * precision * recall) / (square * precision + recall + epsilon);
}

function averaged(sums: Float64Array, average: FScoreAverage, beta: number): number {
  const classes = sums.length / 3;
  const at = (kind: number, index: number): number => sums[kind * classes + index] as number;
  const counts = Array.from({ length: classes }, (_, i) => [at(0, i), at(1, i), at(2, i)] as const);
  if (average === "micro") {
    const total = (kind: 0 | 1 | 2): number => counts.reduce((sum, count) => sum + count[kind], 0);
    return score([total(0), total(1), total(2)], beta);
  }
  const scores = counts.map((count) => score(count, beta));
  if (average === "macro") return scores.reduce((a, b) => a + b, 0) / classes;
  const occurring = counts.map(([tp, , fn]) => tp + fn);
  const all = occurring.reduce((a, b) => a + b, 0) + epsilon;
  return scores.reduce((sum, each, i) => sum + (each * (occurring[i] as number)) / all, 0);
}

const countFields = {
  average: oneOf<FScoreAverage>(["micro", "macro", "weighted"], "macro"),
  threshold: optional(number({ above: 0, max: 1 })),
};

/** How {@link F1ScoreOptions} are read. */
export const f1Fields = { ...countFields, ...metricFields } satisfies FieldsOf<F1ScoreOptions>;

const fields = {
  ...countFields,
  beta: number({ default: 1, above: 0 }),
  ...metricFields,
} satisfies FieldsOf<FBetaScoreOptions>;

/** The F score under a name, from its options as read. */
export function fScoreOf(type: string, read: ReadOf<typeof f1Fields> & { readonly beta?: number }): Metric {
  const { average, threshold, beta = 1 } = read;
  return metricOf(type, read, {
    emit: (target, prediction, weight) => classCounts(type, target, prediction, weight, threshold),
    direction: "max",
    result: (sums) => averaged(sums, average, beta),
  });
}

/**
 * (1 + β²) · precision · recall / (β² · precision + recall), for targets and predictions `[batch, classes]` (van
 * Rijsbergen 1979).
 */
export function fBetaScore(options: FBetaScoreOptions = {}): Metric {
  return fScoreOf("fBetaScore", readOptions("fBetaScore", options, fields));
}
