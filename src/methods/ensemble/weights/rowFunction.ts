import { dot } from "../../learners/linear/dot.js";
import type { HeldOut } from "../heldOut.js";
import type { RowLoss } from "../losses.js";
import type { ConvexFunction } from "./newton.js";

/** Of a derivative that is not given: how far apart slopes are taken, as a part of the prediction's size. */
const apart = 1e-6;

/**
 * Σ w l(y, Σ a_l p_l) over rows and columns: what a weighted mean of predictions costs by a loss.
 *
 * @param learners which take part
 */
export function rowFunction(held: HeldOut, learners: readonly number[], loss: RowLoss): ConvexFunction {
  const { targets, weights, classes } = held;
  const columns = learners.map((index) => held.columns[index] as Float64Array);
  const size = learners.length;
  const curvature = loss.curvature ?? differences(loss);
  const pooled = (at: Float64Array): Float64Array => {
    const sum = new Float64Array(targets.length);
    columns.forEach((column, learner) => {
      const weight = at[learner] as number;
      if (weight !== 0)
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (column[i] as number);
    });
    return sum;
  };
  /** A term of each element, times its row's weight. */
  const terms = (at: Float64Array, of: RowLoss["value"]): Float64Array =>
    pooled(at).map((p, i) => (weights[Math.floor(i / classes)] as number) * of(targets[i] as number, p));
  return {
    size,
    value: (at) => terms(at, loss.value).reduce((sum, term) => sum + term, 0),
    gradient: (at) => {
      const slopes = terms(at, loss.slope);
      return Float64Array.from(columns, (column) => dot(slopes, column));
    },
    hessian: (at) => {
      const curved = terms(at, curvature);
      const matrix = new Float64Array(size * size);
      for (let row = 0; row < size; row++) {
        const scaled = (columns[row] as Float64Array).map((value, i) => value * (curved[i] as number));
        for (let column = row; column < size; column++) {
          const entry = dot(scaled, columns[column] as Float64Array);
          matrix[row * size + column] = entry;
          matrix[column * size + row] = entry;
        }
      }
      return matrix;
    },
  };
}

function differences({ slope }: RowLoss): RowLoss["value"] {
  return (target, prediction) => {
    const step = apart * (1 + Math.abs(prediction));
    const rise = slope(target, prediction + step) - slope(target, prediction - step);
    return Math.max(0, rise / (2 * step));
  };
}
