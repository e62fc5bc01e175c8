import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { checkData } from "../checkData.js";
import type { Learner } from "../learner.js";
import { type Standardized, standardize, weightedMean } from "../standardize.js";
import { solvePositive } from "./cholesky.js";
import { gram, meanProduct } from "./gram.js";
import { indicators } from "./indicators.js";
import { linearFitted, linearState } from "./linearFitted.js";

export interface RidgeOptions {
  /** Factor of the penalty, above 0: scikit-learn's `alpha` and MASS's `lambda` are this times n. Default: 0.1. */
  readonly lambda?: number | undefined;
}

const fields = { lambda: number({ default: 0.1, above: 0 }) } satisfies FieldsOf<RidgeOptions>;

/**
 * The least (1 / 2n) Σ (y − b₀ − x̃ b)² + (λ / 2) ‖b‖², where x̃ are the columns with mean 0 and standard deviation 1
 * (divisor n), and the intercept b₀ is free (Hoerl and Kennard 1970). Rows count by their weights.
 *
 * With classes, the squares of each class's indicator are fitted: the results add up to 1 and may lie outside 0 to 1.
 */
export function ridge(options: RidgeOptions = {}): Learner {
  const config = readOptions("ridge", options, fields);
  return {
    name: "ridge",
    config,
    portable: true,
    fit: (given) => {
      const data = checkData("ridge", given);
      const scaled = standardize(data.x, data.weights);
      const { link, targets } = indicators(data);
      const solve = scaled.columns.length > scaled.rows ? byRows : byColumns;
      const outputs = targets.map((target) => {
        const intercept = weightedMean(target, data.weights);
        const centred = target.map((one) => one - intercept);
        return { intercept, coefficients: solve(scaled, centred, data.weights, config.lambda) };
      });
      return linearFitted(linearState("ridge", link, outputs, scaled));
    },
  };
}

type Solve = (x: Standardized, y: Float64Array, w: Float64Array | undefined, lambda: number) => Float64Array;

/** (XᵀWX / n + λI) b = XᵀWy / n. */
const byColumns: Solve = ({ columns }, y, w, lambda) => {
  const matrix = gram(columns, w);
  for (let j = 0; j < columns.length; j++) matrix[j * columns.length + j]! += lambda;
  const b = Float64Array.from(columns, (column) => meanProduct(column, y, w));
  if (!solvePositive(matrix, b)) throw tooSmall(lambda);
  return b;
};

/** b = XᵀW½ a with (W½XXᵀW½ / n + λI) a = W½y / n: the smaller system where there are more columns than rows. */
const byRows: Solve = ({ columns, rows }, y, w, lambda) => {
  const root = (i: number): number => (w === undefined ? 1 : Math.sqrt(w[i]!));
  const matrix = new Float64Array(rows * rows);
  for (const column of columns) {
    for (let i = 0; i < rows; i++) {
      const left = (column[i]! * root(i)) / rows;
      for (let k = 0; k <= i; k++) matrix[i * rows + k]! += left * column[k]! * root(k);
    }
  }
  for (let i = 0; i < rows; i++) matrix[i * rows + i]! += lambda;
  const a = y.map((one, i) => (one * root(i)) / rows);
  if (!solvePositive(matrix, a)) throw tooSmall(lambda);
  return Float64Array.from(columns, (column) =>
    column.reduce((sum, one, i) => sum + one * root(i) * a[i]!, 0),
  );
};

function tooSmall(lambda: number): ImagoError {
  return new ImagoError(
    `ridge: with lambda ${lambda} the equations cannot be solved in float64; take a larger one.`,
  );
}
