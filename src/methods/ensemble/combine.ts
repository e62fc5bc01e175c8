import { softmaxInPlace } from "../learners/links.js";
import { logit, trim } from "./trim.js";
import { type WeightMethod, weighsOdds } from "./weights/methods.js";

/**
 * The pool of learners' predictions: Σ a_l ŷ_l, or for the methods that weigh log-odds σ(Σ a_l logit p_l), of several
 * classes softmax(Σ a_l log p_l) of trimmed probabilities, as their weights were found.
 *
 * @param columns for each learner `rows × classes`, row by row; those without weight may be left out by empty ones
 * @param classes columns of a prediction; 1 for one number a row
 */
export function combine(
  columns: readonly Float64Array[],
  weights: readonly number[],
  method: WeightMethod,
  classes: number,
): Float64Array {
  const taking = columns.flatMap((column, index) =>
    (weights[index] as number) > 0 ? [{ column, weight: weights[index] as number }] : [],
  );
  const odds = weighsOdds(method);
  const score = odds ? (classes === 1 ? logit : undefined) : (value: number): number => value;
  const length = taking[0]?.column.length ?? 0;
  const pooled = new Float64Array(length);
  for (const { column, weight } of taking) {
    const scores = score === undefined ? trimmedLogs(column, classes) : column;
    for (let i = 0; i < length; i++) {
      const value = scores[i] as number;
      pooled[i] = (pooled[i] as number) + weight * (score === undefined ? value : score(value));
    }
  }
  if (!odds) return pooled;
  return classes === 1 ? pooled.map((x) => 1 / (1 + Math.exp(-x))) : softmaxRows(pooled, classes);
}

/** log of probabilities trimmed to [0.001, 0.999] and divided by their sum, row by row. */
export function trimmedLogs(column: Float64Array, classes: number): Float64Array {
  const logs = column.map((p) => Math.min(1 - trim, Math.max(trim, p)));
  for (let from = 0; from < logs.length; from += classes) {
    const row = logs.subarray(from, from + classes);
    const sum = row.reduce((total, p) => total + p, 0);
    for (let k = 0; k < classes; k++) row[k] = Math.log((row[k] as number) / sum);
  }
  return logs;
}

/** exp of scores, divided by their sum, row by row, in place. */
export function softmaxRows(scores: Float64Array, classes: number): Float64Array {
  for (let from = 0; from < scores.length; from += classes) {
    softmaxInPlace(scores.subarray(from, from + classes));
  }
  return scores;
}
