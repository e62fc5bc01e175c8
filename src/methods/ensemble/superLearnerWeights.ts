import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, oneOf, optional, readOptions, unchecked } from "../../engine/options.js";
import type { TensorLike } from "../../engine/tensor/tensor.js";
import { type HeldOut, type HeldOutPredictions, heldOutOf } from "./heldOut.js";
import type { RiskName } from "./losses.js";
import { riskOf } from "./risk.js";
import { greedySelection } from "./weights/greedySelection.js";
import { logOddsLikelihood, mixtureLikelihood } from "./weights/logLikelihood.js";
import { type WeightMethod, weightMethods } from "./weights/methods.js";
import { gapOf, newtonWeights } from "./weights/newton.js";
import { residual, squaredErrorWeights } from "./weights/squaredError.js";

export interface SuperLearnerWeightsOptions {
  /** Default: `convex`. */
  readonly method?: WeightMethod | undefined;
  /** `[rows]`, from 0. They multiply the rows' losses, and are not normalised. Default: 1 for each. */
  readonly observationWeights?: TensorLike | undefined;
  /** `[rows]`: rows of one id are one cluster, by which standard errors are found. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
}

const fields = {
  method: oneOf(weightMethods, "convex"),
  observationWeights: optional(unchecked<TensorLike>("[rows] numbers")),
  ids: optional(unchecked<ArrayLike<number | string>>("an id for each row")),
} satisfies FieldsOf<SuperLearnerWeightsOptions>;

export interface SuperLearnerWeights {
  readonly names: readonly string[];
  /** One for each learner, from 0, of the sum 1. */
  readonly weights: readonly number[];
  /** What the method's own loss is for each learner alone; NaN for one that failed. */
  readonly risks: readonly number[];
  /** Of the risks: approximate, by clusters where there are `ids`, by influence values for `auc`. */
  readonly standardErrors: readonly number[];
  /** The learner with the smallest risk, from 0. */
  readonly discrete: number;
  /**
   * How far the objective, per row, may be above the smallest at most (Frank and Wolfe's duality gap; for `nnls` and
   * `nnLogLikelihood` what the first-order conditions lack). NaN for `auc`, which has no gradient.
   */
  readonly gap: number;
  /** Weights before they were divided by their sum; the same as `weights` on the simplex. */
  readonly raw: readonly number[];
  /** What was made small, per row, at `raw`. */
  readonly objective: number;
  /** Learners that were left out before the fit since some of their predictions are not finite. */
  readonly failed: readonly number[];
  /** Whether all weights came to 0, so that the discrete choice has the weight 1. */
  readonly fellBack: boolean;
}

/**
 * Weights for learners from predictions on rows that they had not seen (van der Laan, Polley and Hubbard, "Super Learner",
 * 2007).
 *
 * | method | makes small | over | pools |
 * |---|---|---|---|
 * | `convex` | squared error, of classes Brier's score | the simplex | numbers or probabilities |
 * | `nnls` | the same | weights from 0, then divided by their sum, as R's `method.NNLS` | the same |
 * | `nnLogLikelihood` | −log-likelihood | weights from 0, then divided by their sum, as R's `method.NNloglik` | log-odds |
 * | `convexLogLikelihood` | the same | the simplex, as R's `method.CC_nloglik` | log-odds |
 * | `mixtureLogLikelihood` | −log-likelihood | the simplex | probabilities |
 * | `auc` | 1 − AUC, of classes the mean of one against the rest | shares of 1/25 by greedy selection | scores |
 *
 * @param z by learner `[rows]` (numbers, or probabilities of class 1) or `[rows, classes]`, or `[rows, learners]` or
 *   `[rows, learners, classes]` in one; two classes may be given as one column or two
 * @param y `[rows]`: numbers; 0, 1 or a fraction between; or classes from 0
 * @throws ImagoError where shapes do not fit, on NaN in `y`, where every learner failed, and for a log-likelihood of
 *   outcomes outside 0 to 1
 */
export function superLearnerWeights(
  z: HeldOutPredictions,
  y: TensorLike,
  options: SuperLearnerWeightsOptions = {},
): SuperLearnerWeights {
  const { method, observationWeights, ids } = readOptions("superLearnerWeights", options, fields);
  const held = heldOutOf(z, y, observationWeights, method !== "convex" && method !== "nnls", ids);
  return weightsOf(held, method);
}

/** {@link superLearnerWeights} of what was read. */
export function weightsOf(held: HeldOut, method: WeightMethod): SuperLearnerWeights {
  const { names, failed } = held;
  const taking = names.flatMap((_, index) => (failed.includes(index) ? [] : [index]));
  if (taking.length === 0) {
    throw new ImagoError(`superLearnerWeights: every learner failed: ${names.join(", ")}.`, {
      help: "Their predictions hold NaN or an infinity.",
    });
  }
  const risks = names.map((_, index) =>
    failed.includes(index)
      ? { risk: Number.NaN, standardError: Number.NaN }
      : riskOf(held, held.columns[index] as Float64Array, riskOfMethod(method)),
  );
  const discrete = taking.reduce((best, index) =>
    (risks[index]?.risk ?? 0) < (risks[best]?.risk ?? 0) ? index : best,
  );
  const fit = fits[method](held, taking);
  const raw = names.map((_, index) =>
    taking.includes(index) ? (fit.raw[taking.indexOf(index)] as number) : 0,
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const fellBack = !(total > 0);
  return {
    names,
    weights: raw.map((weight, index) => (fellBack ? Number(index === discrete) : weight / total)),
    risks: risks.map(({ risk }) => risk),
    standardErrors: risks.map(({ standardError }) => standardError),
    discrete,
    gap: fit.gap,
    raw,
    objective: fit.objective,
    failed,
    fellBack,
  };
}

/** The loss that a method goes by. */
export function riskOfMethod(method: WeightMethod): RiskName {
  if (method === "convex" || method === "nnls") return "squaredError";
  return method === "auc" ? "auc" : "logLikelihood";
}

interface Fit {
  readonly raw: ArrayLike<number>;
  readonly gap: number;
  readonly objective: number;
}

type FitMethod = (held: HeldOut, taking: readonly number[]) => Fit;

const fits: Readonly<Record<WeightMethod, FitMethod>> = {
  convex: (held, taking) => fitSquares(held, taking, "simplex"),
  nnls: (held, taking) => fitSquares(held, taking, "orthant"),
  nnLogLikelihood: (held, taking) => fitNewton(held, logOddsLikelihood(held, taking), "orthant"),
  convexLogLikelihood: (held, taking) => fitNewton(held, logOddsLikelihood(held, taking), "simplex"),
  mixtureLogLikelihood: (held, taking) => fitNewton(held, mixtureLikelihood(held, taking), "simplex"),
  auc: fitGreedy,
};

function fitSquares(held: HeldOut, taking: readonly number[], region: "simplex" | "orthant"): Fit {
  const { classes, weights, rows } = held;
  const root = Float64Array.from({ length: rows * classes }, (_, i) =>
    Math.sqrt(weights[Math.floor(i / classes)] as number),
  );
  const scaled = (values: Float64Array): Float64Array =>
    values.map((value, i) => value * (root[i] as number));
  const columns = taking.map((index) => scaled(held.columns[index] as Float64Array));
  const target = scaled(held.targets);
  const raw = squaredErrorWeights(columns, target, region);
  const rest = residual(columns, target, raw);
  const dot = (column: Float64Array): number =>
    column.reduce((sum, value, i) => sum + value * (rest[i] as number), 0);
  const gap = gapOf(
    Float64Array.from(columns, (column) => (2 * dot(column)) / rows),
    raw,
    region,
  );
  return { raw, gap, objective: dot(rest) / rows };
}

function fitNewton(
  { rows }: HeldOut,
  f: ReturnType<typeof mixtureLikelihood>,
  region: "simplex" | "orthant",
): Fit {
  const start = new Float64Array(f.size).fill(1 / f.size);
  const { weights, gap } = newtonWeights(f, start, region);
  return { raw: weights, gap: gap / rows, objective: f.value(weights) / rows };
}

function fitGreedy(held: HeldOut, taking: readonly number[]): Fit {
  const columns = taking.map((index) => held.columns[index] as Float64Array);
  const { weights, risks } = greedySelection(columns, (mean) => riskOf(held, mean, "auc").risk);
  return { raw: weights, gap: Number.NaN, objective: Math.min(...risks) };
}
