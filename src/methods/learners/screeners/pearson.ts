import { type CheckedData, checkData } from "../checkData.js";
import type { LearnerData } from "../learner.js";
import { meanProduct } from "../linear/gram.js";
import { standardize, weightedMean } from "../standardize.js";
import { twoSidedP } from "./studentT.js";

/**
 * The p-value of every column in Pearson's test of no correlation with y: t = r √((n − 2) / (1 − r²)) on n − 2 degrees
 * of freedom. Columns that do not vary, and fewer than three rows, have 1. With more than two classes it is the least
 * over their indicators. Rows count by their weights in r.
 *
 * @returns [columns]
 */
export function pearsonPs(where: string, given: LearnerData): Float64Array {
  const data = checkData(where, given);
  const { columns } = standardize(data.x, data.weights);
  const ps = new Float64Array(columns.length).fill(1);
  for (const target of targetsOf(data)) {
    const mean = weightedMean(target, data.weights);
    const centred = target.map((one) => one - mean);
    const deviation = Math.sqrt(meanProduct(centred, centred, data.weights));
    if (deviation === 0) continue;
    for (const [j, column] of columns.entries()) {
      const r = meanProduct(column, centred, data.weights) / deviation;
      ps[j] = Math.min(ps[j]!, correlationP(r, data.x.rows));
    }
  }
  return ps;
}

function targetsOf({ y, classes = 2 }: CheckedData): Float64Array[] {
  if (classes === 2) return [y];
  return Array.from({ length: classes }, (_, k) => y.map((one) => (one === k ? 1 : 0)));
}

/** The p-value of a correlation r of `rows` pairs. */
export function correlationP(r: number, rows: number): number {
  const freedom = rows - 2;
  if (freedom < 1 || r === 0) return 1;
  const rest = 1 - r * r;
  return rest <= 0 ? 0 : twoSidedP(r * Math.sqrt(freedom / rest), freedom);
}

/** The `count` columns of the least values, rising by number; of equal ones the first. */
export function leastOf(values: Float64Array, count: number): number[] {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}
