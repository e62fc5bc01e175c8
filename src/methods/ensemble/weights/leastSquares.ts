import { dot } from "../../learners/linear/dot.js";

/** Columns of equal length. */
export type Columns = readonly Float64Array[];

/** A column whose part across the others is smaller than this of itself is dependent. */
const dependent = 1e-11;

/**
 * The coefficients with the least squares of `Σ b_j column_j − target`, by Householder's reflections (Golub and Van Loan,
 * "Matrix Computations", algorithm 5.3.2).
 *
 * @returns `undefined` where a column depends on those before it
 */
export function leastSquares(columns: Columns, target: Float64Array): Float64Array | undefined {
  const work = columns.map((column) => column.slice());
  const rest = target.slice();
  for (const [step, column] of work.entries()) {
    const before = norm(columns[step] as Float64Array, 0);
    const length = norm(column, step);
    if (!(length > dependent * before)) return undefined;
    const reflector = column.slice();
    const head = column[step] as number;
    const diagonal = head > 0 ? -length : length;
    reflector[step] = head - diagonal;
    const scale = 2 / dot(reflector, reflector, step);
    for (const other of work.slice(step)) reflect(other, reflector, scale, step);
    reflect(rest, reflector, scale, step);
  }
  return backSubstitute(work, rest);
}

function norm(vector: Float64Array, from: number): number {
  return Math.sqrt(dot(vector, vector, from));
}

function reflect(vector: Float64Array, reflector: Float64Array, scale: number, from: number): void {
  const share = scale * dot(vector, reflector, from);
  for (let i = from; i < vector.length; i++)
    vector[i] = (vector[i] as number) - share * (reflector[i] as number);
}

function backSubstitute(triangle: Columns, right: Float64Array): Float64Array {
  const solution = new Float64Array(triangle.length);
  for (let row = triangle.length - 1; row >= 0; row--) {
    let sum = right[row] as number;
    for (let column = row + 1; column < triangle.length; column++) {
      sum -= ((triangle[column] as Float64Array)[row] as number) * (solution[column] as number);
    }
    solution[row] = sum / ((triangle[row] as Float64Array)[row] as number);
  }
  return solution;
}
