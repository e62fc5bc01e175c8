import { leastProbability, type PoolRule, tieShare } from "../../../nn/layers/merging/pool.js";
import { softmaxRows } from "../combine.js";

/**
 * The same pool of probabilities as the layer `pool` makes, in float64.
 *
 * @param columns for each member `rows × classes`, or of class 1 where `classes` is 1
 * @param weights from 0, of any sum above; not for the median
 */
export function poolRows(
  columns: readonly Float64Array[],
  rule: PoolRule,
  weights: readonly number[],
  classes: number,
): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  if (rule === "mean") return weightedSum(columns, shares);
  if (rule === "median") return median(columns, classes);
  if (rule === "geometricMean") {
    const scores = weightedSum(
      columns.map((column) => logOdds(column, classes)),
      shares,
    );
    return classes === 1 ? scores.map((x) => 1 / (1 + Math.exp(-x))) : softmaxRows(scores, classes);
  }
  const votes = weightedSum(
    columns.map((column) => votesOf(column, classes)),
    shares,
  );
  const mean = weightedSum(columns, shares);
  return votes.map((vote, i) => (1 - tieShare) * vote + tieShare * (mean[i] as number));
}

/** log p of classes, logit p of single probabilities, kept from infinity. */
export function logOdds(p: Float64Array, classes: number): Float64Array {
  const kept = p.map((value) => Math.min(1 - leastProbability, Math.max(leastProbability, value)));
  return kept.map((value) => Math.log(classes === 1 ? value / (1 - value) : value));
}

function weightedSum(columns: readonly Float64Array[], shares: readonly number[]): Float64Array {
  const sum = new Float64Array((columns[0] as Float64Array).length);
  columns.forEach((column, member) => {
    const share = shares[member] as number;
    if (share !== 0)
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (column[i] as number);
  });
  return sum;
}

function median(columns: readonly Float64Array[], classes: number): Float64Array {
  const [low, high] = [Math.floor((columns.length - 1) / 2), Math.floor(columns.length / 2)];
  const middle = (columns[0] as Float64Array).map((_, i) => {
    const sorted = columns.map((column) => column[i] as number).sort((a, b) => a - b);
    return ((sorted[low] as number) + (sorted[high] as number)) / 2;
  });
  if (classes === 1) return middle;
  for (let from = 0; from < middle.length; from += classes) {
    const row = middle.subarray(from, from + classes);
    const sum = row.reduce((all, p) => all + p, 0);
    for (let k = 0; k < classes; k++) row[k] = (row[k] as number) / sum;
  }
  return middle;
}

function votesOf(column: Float64Array, classes: number): Float64Array {
  if (classes === 1) return column.map((p) => Number(p > 0.5));
  const votes = new Float64Array(column.length);
  for (let from = 0; from < column.length; from += classes) {
    const row = column.subarray(from, from + classes);
    votes[from + row.indexOf(Math.max(...row))] = 1;
  }
  return votes;
}
