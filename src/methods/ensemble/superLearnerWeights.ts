import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, oneOf, optional, readOptions, record, unchecked } from "../../engine/options.js";
import type { TensorLike } from "../../engine/tensor/tensor.js";
import { type HeldOut, type HeldOutPredictions, heldOutOf } from "./heldOut.js";
import { type Risk, riskOf } from "./risk.js";
import { fitWeights } from "./weights/fitWeights.js";
import { type GreedyOptions, greedyFields } from "./weights/greedySelection.js";
import { needsLabels, type WeightMethod, weightMethods } from "./weights/methods.js";
import { isForLabels, type PoolLoss, type PoolLossSpec, readPoolLoss } from "./weights/poolLoss.js";

export interface SuperLearnerWeightsOptions {
  /** Default: `convex`. */
  readonly method?: WeightMethod | undefined;
  /**
   * What `convex` and `greedy` make small; the other methods have their own. `"squaredError"`, `"logLikelihood"`, `"auc"`
   * (`greedy` only), a loss of networks that is convex in the prediction (`"huber"`, `losses.huber({ delta: 2 })`, `"mae"`,
   * …), one of your own `{ name, value, slope }`, or for `greedy` any function of all rows. Default: `squaredError`.
   */
  readonly loss?: PoolLossSpec | undefined;
  /** Of the methods `greedy` and `auc`. Default: 25 rounds, no bags. */
  readonly greedy?: GreedyOptions | undefined;
  /** `[rows]`, from 0. They multiply the rows' losses, and are not normalised. Default: 1 for each. */
  readonly observationWeights?: TensorLike | undefined;
  /** `[rows]`: rows of one id are one cluster, by which standard errors are found. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
  /** Numbers of the rows that count, as `crossValidate` and `bagging` give them. Default: all. */
  readonly rows?: ArrayLike<number> | undefined;
}

const fields = {
  method: oneOf(weightMethods, "convex"),
  loss: optional(unchecked<PoolLossSpec>("a loss")),
  greedy: optional(record(greedyFields)),
  observationWeights: optional(unchecked<TensorLike>("[rows] numbers")),
  ids: optional(unchecked<ArrayLike<number | string>>("an id for each row")),
  rows: optional(unchecked<ArrayLike<number>>("numbers of rows")),
} satisfies FieldsOf<SuperLearnerWeightsOptions>;

export interface SuperLearnerWeights {
  readonly names: readonly string[];
  /** One for each learner, from 0, of the sum 1. */
  readonly weights: readonly number[];
  /** What the method's own loss is for each learner alone; NaN for one that failed. */
  readonly risks: readonly number[];
  /**
   * Of the risks: approximate, by clusters where there are `ids`, by influence values for `auc`; NaN for a function of all
   * rows.
   */
  readonly standardErrors: readonly number[];
  /** The learner with the smallest risk, from 0. */
  readonly discrete: number;
  /**
   * How far the objective, per row, may be above the smallest at most (Frank and Wolfe's duality gap; for `nnls` and
   * `nnLogLikelihood` what the first-order conditions lack). NaN for `auc` and `greedy`, which know no gradient.
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
 * | `greedy` | `loss`, whatever it is | the same | what `loss` is of |
 *
 * `convex` takes another `loss` too, over the simplex.
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
  const { method, loss, greedy, observationWeights, ids, rows } = readOptions(where, options, fields);
  const labels = needsLabels(method) || isForLabels(loss);
  const held = heldOutOf(z, y, observationWeights, labels, { ids, rows });
  return weightsOf(held, method, { loss, greedy });
}

const where = "superLearnerWeights";

/** What {@link weightsOf} is told besides the method. */
export type FurtherSettings = Pick<SuperLearnerWeightsOptions, "loss" | "greedy">;

/** {@link superLearnerWeights} of what was read. */
export function weightsOf(
  held: HeldOut,
  method: WeightMethod,
  { loss: given, greedy }: FurtherSettings = {},
): SuperLearnerWeights {
  const { names, failed } = held;
  const taking = names.flatMap((_, index) => (failed.includes(index) ? [] : [index]));
  if (taking.length === 0) {
    throw new ImagoError(`superLearnerWeights: every learner failed: ${names.join(", ")}.`, {
      help:
        "Their predictions hold NaN or an infinity. Where only some rows have predictions, as bags and folds by time leave " +
        "them, say which: rows.",
    });
  }
  checkGreedy(where, method, greedy);
  const loss = lossOfMethod(where, held.classes, method, given);
  if (loss === "auc") checkClasses(held);
  const risks = names.map((_, index) =>
    failed.includes(index) ? noRisk : riskBy(held, held.columns[index] as Float64Array, loss),
  );
  const discrete = smallestOf(risks, taking);
  const fit = fitWeights(held, method, taking, { loss, greedy });
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

/** The learner of the smallest risk. A loss may have no value for one alone: the logarithm of a prediction below 0. */
function smallestOf(risks: readonly Risk[], taking: readonly number[]): number {
  const at = (index: number): number => {
    const { risk } = risks[index] as Risk;
    return Number.isNaN(risk) ? Number.POSITIVE_INFINITY : risk;
  };
  return taking.reduce((best, index) => (at(index) < at(best) ? index : best));
}

const noRisk: Risk = { risk: Number.NaN, standardError: Number.NaN };

/** An area under the curve is of rows that are in a class, and of others. */
function checkClasses({ targets, classes, rows }: HeldOut): void {
  for (let k = 0; k < classes; k++) {
    const inClass = Array.from({ length: rows }, (_, row) => targets[row * classes + k] === 1);
    if (inClass.includes(true) && inClass.includes(false)) return;
  }
  throw new ImagoError(`${where}: "auc" is of rows of two classes or more, and every row of y is of one.`);
}

function riskBy(held: HeldOut, predictions: Float64Array, loss: PoolLoss): Risk {
  if (typeof loss === "function") return { ...noRisk, risk: loss(predictions, held) };
  return riskOf(held, predictions, loss);
}

/** @throws ImagoError where options of greedy selection would be lost */
export function checkGreedy(where: string, method: WeightMethod, greedy: unknown): void {
  if (greedy === undefined || method === "greedy" || method === "auc") return;
  throw new ImagoError(
    `${where}: greedy has options of the methods "greedy" and "auc"; the method is "${method}".`,
  );
}

/** The loss that a method goes by, its own or the one that it is given. */
export function lossOfMethod(
  where: string,
  classes: number,
  method: WeightMethod,
  given: PoolLossSpec | undefined,
): PoolLoss {
  if (given === undefined) return riskOfMethod(method);
  if (method !== "convex" && method !== "greedy") {
    throw new ImagoError(`${where}: loss is for the methods "convex" and "greedy"; "${method}" has its own.`);
  }
  const loss = readPoolLoss(where, given, classes);
  if (method === "greedy" || (loss !== "auc" && typeof loss !== "function")) return loss;
  const what = loss === "auc" ? 'the loss "auc"' : "a function of all rows";
  throw new ImagoError(`${where}: ${what} has no gradient here, which the method "convex" needs.`, {
    help: 'Take method: "greedy".',
  });
}

/** A method's own loss. */
export function riskOfMethod(method: WeightMethod): "squaredError" | "logLikelihood" | "auc" {
  if (method === "auc") return "auc";
  return needsLabels(method) ? "logLikelihood" : "squaredError";
}
