import type { Value } from "../../engine/graph/graph.js";
import { clip } from "../../engine/ops/clip.js";
import { mul } from "../../engine/ops/mul.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { type FieldsOf, flag, number, numbers, oneOf, optional, readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import { type Confusion, confusionOf, confusionSums } from "./confusion.js";
import { type MetricOptions, metricFields, metricOf, quotient } from "./make.js";
import type { Metric } from "./metric.js";

export type AucCurve = "ROC" | "PR";
export type AucSummation = "interpolation" | "minoring" | "majoring";

export interface AucOptions extends MetricOptions {
  /** How many thresholds the curve is sampled at, evenly from 0 to 1; from 2. Default: 200. */
  readonly numThresholds?: number | undefined;
  /** True positives over false ones (`ROC`), or precision over recall (`PR`). Default: `ROC`. */
  readonly curve?: AucCurve | undefined;
  /** The curve between samples: see Keras. Default: `interpolation`. */
  readonly summationMethod?: AucSummation | undefined;
  /** Thresholds to use instead, between 0 and 1. */
  readonly thresholds?: readonly number[] | undefined;
  /** The predictions are logits, not probabilities. Default: false. */
  readonly fromLogits?: boolean | undefined;
}

/** Σ (x[i] − x[i + 1]) · height of the piece between. */
function area(x: readonly number[], y: readonly number[], summation: AucSummation): number {
  let total = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [y[i] as number, y[i + 1] as number];
    const height =
      summation === "interpolation"
        ? (a + b) / 2
        : summation === "minoring"
          ? Math.min(a, b)
          : Math.max(a, b);
    total += ((x[i] as number) - (x[i + 1] as number)) * height;
  }
  return total;
}

/**
 * The area under precision over recall, where the counts are interpolated, not the precision (Davis and Goadrich,
 * "The Relationship Between Precision-Recall and ROC Curves", 2006).
 */
function interpolatedPr({ truePositives: tp, falsePositives: fp, falseNegatives: fn }: Confusion): number {
  let total = 0;
  for (let i = 0; i + 1 < tp.length; i++) {
    const [t0, t1] = [tp[i] as number, tp[i + 1] as number];
    const [p0, p1] = [t0 + (fp[i] as number), t1 + (fp[i + 1] as number)];
    const slope = quotient(t0 - t1, Math.max(p0 - p1, 0));
    const intercept = t1 - slope * p1;
    const ratio = p0 > 0 && p1 > 0 ? p0 / p1 : 1;
    const rise = slope * (t0 - t1 + intercept * Math.log(ratio));
    total += quotient(rise, Math.max(t1 + (fn[i + 1] as number), 0));
  }
  return total;
}

function areaOf(counts: Confusion, curve: AucCurve, summation: AucSummation): number {
  if (curve === "PR" && summation === "interpolation") return interpolatedPr(counts);
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const ratio = (part: Float64Array, rest: Float64Array): number[] =>
    Array.from(part, (count, i) => quotient(count, count + (rest[i] as number)));
  const recall = ratio(truePositives, falseNegatives);
  return curve === "ROC"
    ? area(ratio(falsePositives, trueNegatives), recall, summation)
    : area(recall, ratio(truePositives, falsePositives), summation);
}

const fields = {
  numThresholds: number({ default: 200, min: 2, integer: true }),
  curve: oneOf<AucCurve>(["ROC", "PR"], "ROC"),
  summationMethod: oneOf<AucSummation>(["interpolation", "minoring", "majoring"], "interpolation"),
  thresholds: optional(numbers({ min: 0, max: 1 })),
  fromLogits: flag(false),
  ...metricFields,
} satisfies FieldsOf<AucOptions>;

/**
 * The area under the ROC or the precision-recall curve, sampled at thresholds. Labels are 0 and 1; several labels
 * in one sample count together.
 */
export function auc(options: AucOptions = {}): Metric {
  const read = readOptions("auc", options, fields);
  const last = read.numThresholds - 1;
  // Even thresholds are compared after scaling to whole numbers, as Keras does. All scores lie above the first.
  const limits =
    read.thresholds === undefined
      ? Array.from({ length: read.numThresholds }, (_, i) => (i === 0 ? -1 : i))
      : [-epsilon, ...read.thresholds.toSorted((a, b) => a - b), 1 + epsilon];
  const probability = (x: Value): Value => (read.fromLogits ? sigmoid(x) : x);
  const adapt = (x: Value): Value =>
    read.thresholds === undefined ? mul(clip(probability(x), 0, 1), last) : probability(x);
  return metricOf("auc", read, {
    emit: (target, prediction, weight) => confusionSums(target, prediction, weight, limits, {}, adapt),
    direction: "max",
    result: (sums) => areaOf(confusionOf(sums), read.curve, read.summationMethod),
  });
}
