import type { Matrix } from "./matrix.js";

/** Means and standard deviations of columns. */
export interface Scaling {
  /** [columns] */
  readonly means: Float64Array;
  /** [columns]; 1 for a column that does not vary. */
  readonly deviations: Float64Array;
}

/** Columns less their means, divided by their standard deviations. */
export interface Standardized extends Scaling {
  readonly rows: number;
  /** One array of [rows] for each column. */
  readonly columns: readonly Float64Array[];
}

/**
 * Columns to mean 0 and standard deviation 1, with divisor n (or the sum of the weights).
 *
 * @param weights [rows], with mean 1; default: all 1
 */
export function standardize(x: Matrix, weights?: Float64Array): Standardized {
  const means = new Float64Array(x.columns);
  const deviations = new Float64Array(x.columns);
  const columns = Array.from({ length: x.columns }, (_, j) => {
    const column = x.column(j);
    const mean = weightedMean(column, weights);
    for (let i = 0; i < column.length; i++) column[i] = column[i]! - mean;
    const deviation = Math.sqrt(meanSquare(column, weights));
    // A constant column leaves rounding errors of its mean behind: it is 0, whatever those are.
    const varies = deviation > 1e-14 * Math.abs(mean);
    means[j] = mean;
    deviations[j] = varies ? deviation : 1;
    for (let i = 0; i < column.length; i++) column[i] = varies ? column[i]! / deviation : 0;
    return column;
  });
  return { rows: x.rows, columns, means, deviations };
}

/** Rows on the scale of others, row-major: [rows, columns]. */
export function scaledRows(x: Matrix, { means, deviations }: Scaling): Float64Array {
  const scaled = x.data.slice();
  for (let at = 0, i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, at++) scaled[at] = (scaled[at]! - means[j]!) / deviations[j]!;
  }
  return scaled;
}

/** Σ w v / Σ w, for weights of mean 1. */
export function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++)
    sum += weights === undefined ? values[i]! : values[i]! * weights[i]!;
  return sum / values.length;
}

function meanSquare(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++)
    sum += values[i]! * values[i]! * (weights === undefined ? 1 : weights[i]!);
  return sum / values.length;
}
