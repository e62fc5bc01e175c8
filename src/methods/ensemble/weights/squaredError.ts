import { type Columns, leastSquares } from "./leastSquares.js";
import { type PassiveProblem, passiveSet, type Region } from "./passiveSet.js";

/**
 * Weights from 0 with the least squares of `Σ a_l column_l − target`: of any sum (non-negative least squares), or on the
 * simplex. Solved by reflections on the columns themselves, not on their products, which would lose half the digits.
 *
 * @param columns one for each learner, rows already multiplied by the roots of their weights
 */
export function squaredErrorWeights(columns: Columns, target: Float64Array, region: Region): Float64Array {
  const problem: PassiveProblem = {
    size: columns.length,
    gradient: (weights) => gradientOf(columns, target, weights),
    solve: (free) =>
      region === "orthant" ? solveFree(columns, target, free) : solveSum(columns, target, free),
  };
  return passiveSet(problem, region);
}

/** What is left of the target: `Σ a_l column_l − target`. */
export function residual(columns: Columns, target: Float64Array, weights: ArrayLike<number>): Float64Array {
  const rest = target.map((value) => -value);
  columns.forEach((column, index) => {
    const weight = weights[index] as number;
    if (weight === 0) return;
    for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] as number) + weight * (column[i] as number);
  });
  return rest;
}

function gradientOf(columns: Columns, target: Float64Array, weights: Float64Array): Float64Array {
  const rest = residual(columns, target, weights);
  return Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let i = 0; i < rest.length; i++) sum += (column[i] as number) * (rest[i] as number);
    return sum;
  });
}

function solveFree(
  columns: Columns,
  target: Float64Array,
  free: readonly number[],
): Float64Array | undefined {
  return leastSquares(
    free.map((index) => columns[index] as Float64Array),
    target,
  );
}

/** With the sum 1: the first of the free weights is what the others leave, so their columns count less its column. */
function solveSum(columns: Columns, target: Float64Array, free: readonly number[]): Float64Array | undefined {
  const [first, ...others] = free.map((index) => columns[index] as Float64Array) as [
    Float64Array,
    ...Float64Array[],
  ];
  const less = (column: Float64Array): Float64Array => column.map((value, i) => value - (first[i] as number));
  const solved = leastSquares(others.map(less), less(target));
  if (solved === undefined) return undefined;
  return Float64Array.of(1 - solved.reduce((sum, weight) => sum + weight, 0), ...solved);
}
