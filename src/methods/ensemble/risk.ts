import { aucWithInfluence } from "./auc.js";
import type { HeldOut } from "./heldOut.js";
import { type RowRisk, rowLosses } from "./losses.js";

/** A risk, and how far it may be off by chance. */
export interface Risk {
  readonly risk: number;
  /**
   * Approximate, and with the trained members held fixed. Of rows in clusters by the sums over clusters; of the area under
   * the curve by influence values.
   */
  readonly standardError: number;
}

/** What weights of rows do: multiply losses as they are, as in R, or count rows in a weighted mean. */
export type RowWeighting = "asGiven" | "normalised";

/** A figure of rows, with what each row adds to its error: the figure is off by Σ parts / total. */
interface Estimate {
  readonly value: number;
  readonly parts: Float64Array;
  readonly total: number;
}

/**
 * A risk of predictions. With weights `asGiven` it is Σ w l / n, as R has it; `normalised` it is Σ w l / Σ w. For `auc` it
 * is 1 − AUC, in which weights of rows do not count; where rows are of several folds, the mean over folds of 1 − AUC within
 * each, as R's package has it, since scores of different folds are of different fits.
 */
export function riskOf(
  held: HeldOut,
  predictions: Float64Array,
  loss: RowRisk | "auc",
  weighting: RowWeighting = "asGiven",
): Risk {
  return withError(held, estimate(held, predictions, loss, weighting), weighting);
}

/**
 * How much more `a` costs than `b`, by the differences of each row, whose error is smaller than two single ones suggest,
 * since the same rows are hard for both.
 */
export function pairedDifference(
  held: HeldOut,
  a: Float64Array,
  b: Float64Array,
  loss: RowRisk | "auc",
  weighting: RowWeighting = "asGiven",
): Risk {
  const [left, right] = [estimate(held, a, loss, weighting), estimate(held, b, loss, weighting)];
  const difference = {
    value: left.value - right.value,
    parts: left.parts.map((part, row) => part - (right.parts[row] as number)),
    total: left.total,
  };
  return withError(held, difference, weighting);
}

function estimate(
  held: HeldOut,
  predictions: Float64Array,
  loss: RowRisk | "auc",
  weighting: RowWeighting,
): Estimate {
  if (loss === "auc") return rankEstimate(held, predictions);
  const { weights, rows } = held;
  const losses = rowLosses(held, predictions, loss);
  const sum = losses.reduce((total, value, row) => total + value * (weights[row] as number), 0);
  if (weighting === "asGiven") {
    const parts = losses.map((value, row) => value * (weights[row] as number) - sum / rows);
    return { value: sum / rows, parts, total: rows };
  }
  const total = weights.reduce((all, weight) => all + weight, 0);
  const parts = losses.map((value, row) => (weights[row] as number) * (value - sum / total));
  return { value: sum / total, parts, total };
}

/**
 * sqrt(Σ parts²) / total, with the factor √(n / (n − 1)) for n rows that count alike, which is sd / √n; rows in clusters
 * are summed first, with √(m / (m − 1)) for m clusters.
 */
function withError(held: HeldOut, { value, parts, total }: Estimate, weighting: RowWeighting): Risk {
  const { clusters, weights, rows } = held;
  const sums = clusters === undefined ? parts : sumsBy(clusters, parts, weights);
  const alike = weighting === "asGiven" || weights.every((weight) => weight === weights[0]);
  const units = clusters === undefined ? rows : sums.length;
  const factor = clusters !== undefined || alike ? Math.sqrt(units / (units - 1)) : 1;
  const norm = Math.sqrt(sums.reduce((all, part) => all + part * part, 0));
  return { risk: value, standardError: (factor * norm) / total };
}

/** Sums by cluster, of clusters in which some row counts. */
function sumsBy(clusters: Int32Array, parts: Float64Array, weights: Float64Array): Float64Array {
  const sums = new Map<number, number>();
  parts.forEach((part, row) => {
    const cluster = clusters[row] as number;
    if ((weights[row] as number) > 0 || sums.has(cluster)) sums.set(cluster, (sums.get(cluster) ?? 0) + part);
  });
  return Float64Array.from(sums.values());
}

/** Of 1 − AUC: the mean over folds, and in each the mean over the classes that occur, one against the rest. */
function rankEstimate(held: HeldOut, predictions: Float64Array): Estimate {
  const { rows, folds } = held;
  const parts = new Float64Array(rows);
  if (!predictions.every(Number.isFinite))
    return { value: Number.NaN, parts: parts.fill(Number.NaN), total: rows };
  const all = Array.from({ length: rows }, (_, row) => row);
  const numbers = folds === undefined ? [0] : [...new Set(folds)];
  const made = numbers
    .map((fold) => (folds === undefined ? all : all.filter((row) => folds[row] === fold)))
    .map((own) => ({ own, ...rankWithin(held, predictions, own) }))
    .filter(({ influence }) => influence !== undefined);
  if (made.length === 0) return { value: 0.5, parts: parts.fill(Number.NaN), total: rows };
  for (const { own, influence } of made) {
    // A fold's figure is one of so many in the mean, whatever rows it has.
    const share = rows / (made.length * own.length);
    own.forEach((row, place) => {
      parts[row] = -share * ((influence as Float64Array)[place] as number);
    });
  }
  return { value: made.reduce((sum, { value }) => sum + value, 0) / made.length, parts, total: rows };
}

function rankWithin(
  { classes, targets }: HeldOut,
  predictions: Float64Array,
  own: readonly number[],
): { readonly value: number; readonly influence: Float64Array | undefined } {
  const column = (values: Float64Array, k: number): Float64Array =>
    Float64Array.from(own, (row) => values[row * classes + k] as number);
  const each = Array.from({ length: classes }, (_, k) =>
    aucWithInfluence(column(predictions, k), column(targets, k)),
  ).filter(({ influence }) => influence !== undefined);
  if (each.length === 0) return { value: 0.5, influence: undefined };
  const mean = (of: (one: (typeof each)[number]) => number): number =>
    each.reduce((sum, one) => sum + of(one), 0) / each.length;
  return {
    value: 1 - mean(({ auc }) => auc),
    influence: Float64Array.from(own, (_, place) => mean(({ influence }) => influence?.[place] as number)),
  };
}
