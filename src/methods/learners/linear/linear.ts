import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { checkData } from "../checkData.js";
import type { Learner } from "../learner.js";
import { weightedMean } from "../standardize.js";
import { indicators } from "./indicators.js";
import { leastSquares } from "./leastSquares.js";
import { linearFitted, linearState } from "./linearFitted.js";

export interface LinearOptions {
  /** A column of which a smaller share is left beside those before it gets the coefficient 0. Default: 1e-9. */
  readonly tolerance?: number | undefined;
}

const fields = { tolerance: number({ default: 1e-9, min: 0, below: 1 }) } satisfies FieldsOf<LinearOptions>;

/**
 * Least squares with an intercept, by orthogonal transformation of the columns as they are. Of columns that depend on
 * those before them the coefficients are 0, so constant columns and fewer rows than columns do no harm.
 *
 * With classes, the squares of each class's indicator are fitted: the results add up to 1 and may lie outside 0 to 1.
 */
export function linear(options: LinearOptions = {}): Learner {
  const config = readOptions("linear", options, fields);
  return {
    name: "linear",
    config,
    portable: true,
    fit: (given) => {
      const data = checkData("linear", given);
      const { x, weights } = data;
      const roots = (weights ?? new Float64Array(x.rows).fill(1)).map(Math.sqrt);
      const times = (v: Float64Array): Float64Array => v.map((one, i) => one * roots[i]!);
      const { link, targets } = indicators(data);
      const columns = [roots.slice(), ...Array.from({ length: x.columns }, (_, j) => times(x.column(j)))];
      const outputs = leastSquares(columns, targets.map(times), config.tolerance).map((all) => ({
        intercept: all[0]!,
        coefficients: all.subarray(1),
      }));
      // Centred, so that large means cost no digits in float32.
      const means = Float64Array.from({ length: x.columns }, (_, j) => weightedMean(x.column(j), weights));
      const centred = outputs.map(({ intercept, coefficients }) => ({
        intercept: coefficients.reduce((sum, one, j) => sum + one * means[j]!, intercept),
        coefficients,
      }));
      const deviations = new Float64Array(x.columns).fill(1);
      return linearFitted(linearState("linear", link, centred, { means, deviations }));
    },
  };
}
