import {
  converting,
  type Field,
  type FieldsOf,
  number,
  optional,
  type ReadOf,
  readOptions,
} from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import { type CheckedData, checkData } from "../checkData.js";
import type { Learner } from "../learner.js";
import { type CrossValidatedPath, chosenLambdas, elasticNetPath } from "./elasticNetPath.js";
import { elasticNetProblem } from "./elasticNetProblem.js";
import { type LinearState, linearFitted } from "./linearFitted.js";

export interface LassoOptions {
  /**
   * Factor of the penalty, from 0, or how it is chosen by cross-validation: `"min"` for the least loss, `"1se"` for the
   * largest within one standard error of that. Default: `"min"`.
   */
  readonly lambda?: number | "min" | "1se" | undefined;
  /** Folds of that cross-validation, from 2; as many as there are rows at most. Default: 10. */
  readonly folds?: number | undefined;
  /**
   * Largest mean squared change of the fit by one coefficient, as a part of the null model's deviance a row, that counts
   * as standing still; above 0. glmnet's is 1e-7. Default: 1e-10.
   */
  readonly tolerance?: number | undefined;
  /**
   * A fold ends after so many λ in a row without a lower loss, from 1: the small λ take most of the time, and seldom are
   * best. Of a hundred λ each is 0.91 of the one before. Default: every fold goes through all of them, as in glmnet.
   */
  readonly patience?: number | undefined;
}

export interface ElasticNetOptions extends LassoOptions {
  /** Share of the absolute penalty, from 0 to 1: 1 is the lasso, 0 ridge's penalty. Default: 0.5. */
  readonly alpha?: number | undefined;
}

const lambda: Field<number | "min" | "1se"> = converting(
  'a number from 0, "min" or "1se"',
  (value) => {
    const chosen = value === "min" || value === "1se";
    return chosen || (typeof value === "number" && value >= 0 && Number.isFinite(value)) ? value : undefined;
  },
  { fallback: "min" },
);

/** How {@link LassoOptions} are read. */
export const lassoFields = {
  lambda,
  folds: number({ default: 10, min: 2, integer: true }),
  tolerance: number({ default: 1e-10, above: 0 }),
  patience: optional(number({ min: 1, integer: true })),
} satisfies FieldsOf<LassoOptions>;

const fields = {
  alpha: number({ default: 0.5, min: 0, max: 1 }),
  ...lassoFields,
} satisfies FieldsOf<ElasticNetOptions>;

type Settings = ReadOf<typeof fields>;

/**
 * The least (1 / 2n) Σ (y − b₀ − x̃ b)² + λ (α ‖b‖₁ + (1 − α) / 2 ‖b‖²), where x̃ are the columns with mean 0 and
 * standard deviation 1 (divisor n), and b₀ is free (Zou and Hastie 2005). With classes, the mean log loss of logistic or
 * softmax regression stands in the place of the half squares.
 *
 * glmnet differs in one point: it scales y inside, so its λ weighs the squares by 1 / sd(y) more.
 */
export function elasticNet(options: ElasticNetOptions = {}): Learner {
  const config = readOptions("elasticNet", options, fields);
  return elasticNetOf("elasticNet", configOf(config), config);
}

/** The elastic net under a name. */
export function elasticNetOf(name: string, config: Learner["config"], settings: Settings): Learner {
  return {
    name,
    config,
    portable: true,
    fit: (data) => linearFitted(fitNet(name, checkData(name, data), settings)),
  };
}

function fitNet(name: string, data: CheckedData, settings: Settings): LinearState {
  const { alpha, tolerance, lambda } = settings;
  if (typeof lambda === "number") {
    const problem = elasticNetProblem(data);
    problem.solve(lambda, alpha, tolerance);
    return problem.state(name);
  }
  if (settings.patience !== undefined && data.x.rows >= 4) return chosenFirst(name, data, settings);
  const path = elasticNetPath(name, data, { alpha, tolerance });
  // Two folds of one row are the least from which a loss has a standard error.
  if (data.x.rows < 4) return path.models[0]!;
  const found = chosenLambdas(name, data, { alpha, tolerance, lambdas: path.lambdas }, settings.folds);
  return path.models[path.lambdas.indexOf(chosenOf(found, lambda))]!;
}

/** The path on all rows is gone only as far as the λ that was chosen. */
function chosenFirst(
  name: string,
  data: CheckedData,
  { alpha, tolerance, lambda, folds, patience }: Settings,
): LinearState {
  const found = chosenLambdas(name, data, { alpha, tolerance }, folds, patience);
  const end = found.lambdas.indexOf(chosenOf(found, lambda)) + 1;
  const path = elasticNetPath(name, data, { alpha, tolerance, lambdas: found.lambdas.slice(0, end) });
  return path.models.at(-1)!;
}

const chosenOf = ({ min, oneStandardError }: CrossValidatedPath, lambda: Settings["lambda"]): number =>
  lambda === "1se" ? oneStandardError : min;
