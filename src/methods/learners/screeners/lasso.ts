import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { type CheckedData, checkData } from "../checkData.js";
import { chosenLambdas, elasticNetPath } from "../linear/elasticNetPath.js";
import type { LinearState } from "../linear/linearFitted.js";
import type { Screener } from "./screener.js";

export interface LassoScreenerOptions {
  /** Columns that are kept at least, where the path has as many; from 1. Default: 2. */
  readonly least?: number | undefined;
  /** Folds of the cross-validation that chooses λ, from 2. Default: 10. */
  readonly folds?: number | undefined;
}

const fields = {
  least: number({ default: 2, min: 1, integer: true }),
  folds: number({ default: 10, min: 2, integer: true }),
} satisfies FieldsOf<LassoScreenerOptions>;

/**
 * Keeps the columns whose coefficients in the lasso are not 0, at the λ of the least cross-validated deviance. Where
 * they are fewer than `least`, at the largest λ of the path that has as many.
 */
export function lasso(options: LassoScreenerOptions = {}): Screener {
  const config = readOptions("lasso", options, fields);
  return {
    name: "lasso",
    config,
    portable: true,
    screen: (data) => screenByLasso(checkData("lasso", data), config.least, config.folds),
  };
}

function screenByLasso(data: CheckedData, least: number, folds: number): number[] {
  const settings = { alpha: 1, tolerance: 1e-10 };
  const { lambdas, models } = elasticNetPath("lasso", data, settings);
  const chosen = models.map(activeColumns);
  if (data.x.rows >= 4) {
    const { min } = chosenLambdas("lasso", data, { ...settings, lambdas }, folds);
    const own = chosen[lambdas.indexOf(min)]!;
    if (own.length >= least) return own;
  }
  const most = Math.max(...chosen.map((columns) => columns.length));
  const found = chosen.find((columns) => columns.length >= Math.min(least, most))!;
  // Nothing is chosen where y or no column varies: then nothing speaks for one column more than for another.
  return found.length > 0 ? found : Array.from({ length: data.x.columns }, (_, j) => j);
}

function activeColumns({ coefficients, centres }: LinearState): number[] {
  return centres.map((_, j) => j).filter((j) => coefficients.some((row) => row[j] !== 0));
}
