import type { Penalty } from "./penalty.js";
import { solveActive } from "./solveActive.js";

/** ½ bᵀHb − cᵀb as coordinate descent sees it: it knows where it stands. */
export interface Quadratic {
  /** H_jj for every j. */
  readonly curvature: Float64Array;
  /** Minus its derivative for b_j. */
  downhill(j: number): number;
  /** b_j has grown by `change`. */
  move(j: number, change: number): void;
  /** Takes b to the optimum over the coordinates that are free or not 0, at once, and says whether it could. */
  solveActive?(penalty: Penalty, b: Float64Array): boolean;
}

/**
 * A quadratic that holds H: a move costs as much as there are columns.
 *
 * @param matrix H, [size, size]
 * @param downhill c − Hb at the start; written over
 */
export function gramQuadratic(matrix: Float64Array, downhill: Float64Array): Quadratic {
  const size = downhill.length;
  return {
    curvature: Float64Array.from(downhill, (_, j) => matrix[j * size + j]!),
    downhill: (j) => downhill[j]!,
    move: (j, change) => {
      const from = j * size;
      for (let k = 0; k < size; k++) downhill[k] = downhill[k]! - change * matrix[from + k]!;
    },
    solveActive: (penalty, b) => solveActive(matrix, downhill, penalty, b),
  };
}

/**
 * A quadratic that holds residuals: H is XᵀVX / n, and a move costs as much as there are rows.
 *
 * @param weights v, [rows]
 * @param residuals v-weighted, [rows]: Xᵀ of them, divided by n, is c − Hb at the start; written over
 */
export function residualQuadratic(
  columns: readonly Float64Array[],
  weights: Float64Array,
  residuals: Float64Array,
): Quadratic {
  const rows = weights.length;
  const curvature = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += weights[i]! * column[i]! * column[i]!;
    return sum / rows;
  });
  return {
    curvature,
    downhill: (j) => {
      const column = columns[j]!;
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += column[i]! * residuals[i]!;
      return sum / rows;
    },
    move: (j, change) => {
      const column = columns[j]!;
      for (let i = 0; i < rows; i++) residuals[i] = residuals[i]! - change * weights[i]! * column[i]!;
    },
  };
}

/** Most passes over the coordinates. */
const mostPasses = 100_000;

/**
 * Minimises the quadratic plus the penalty, one coordinate after the other: b_j becomes S(H_jj b_j + downhill, λα) /
 * (H_jj + λ(1 − α)), where S takes λα off a number's size (Friedman, Hastie and Tibshirani 2010, equation 5). Between
 * passes over all, those that are not 0 are solved for at once, or gone round until none of them moves.
 *
 * @param b where it starts and ends
 * @param tolerance largest H_jj (Δb_j)² that counts as standing still
 */
export function coordinateDescent(
  quadratic: Quadratic,
  penalty: Penalty,
  b: Float64Array,
  tolerance: number,
): void {
  const all = Int32Array.from(b.keys());
  for (let passes = 0; passes < mostPasses; passes++) {
    const solved = quadratic.solveActive?.(penalty, b) ?? false;
    if (pass(quadratic, penalty, b, all) <= tolerance) return;
    if (solved) continue;
    const active = all.filter((j) => b[j] !== 0);
    while (passes < mostPasses && pass(quadratic, penalty, b, active) > tolerance) passes++;
  }
}

/** The largest H_jj (Δb_j)² of one round. */
function pass(quadratic: Quadratic, penalty: Penalty, b: Float64Array, coordinates: Int32Array): number {
  const { absolute, squared, free } = penalty;
  const { curvature } = quadratic;
  let largest = 0;
  for (const j of coordinates) {
    const own = curvature[j]!;
    if (own === 0) continue;
    const before = b[j]!;
    const wanted = own * before + quadratic.downhill(j);
    const size = Math.abs(wanted) - absolute;
    const after =
      free?.[j] === 1 ? wanted / own : size <= 0 ? 0 : (Math.sign(wanted) * size) / (own + squared);
    if (after === before) continue;
    b[j] = after;
    quadratic.move(j, after - before);
    largest = Math.max(largest, own * (after - before) ** 2);
  }
  return largest;
}
