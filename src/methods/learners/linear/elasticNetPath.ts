import type { CheckedData } from "../checkData.js";
import type { Matrix } from "../matrix.js";
import { elasticNetProblem } from "./elasticNetProblem.js";
import { type LinearState, linearFitted } from "./linearFitted.js";

export interface PathSettings {
  /** Share of the absolute penalty: 1 is the lasso, 0 ridge's. */
  readonly alpha: number;
  /** Largest squared change, as a part of the null model's deviance, that counts as standing still. */
  readonly tolerance: number;
  /** From the largest to the smallest. Default: 100, equally far in log, from where all coefficients are 0. */
  readonly lambdas?: readonly number[] | undefined;
  /** Asked after each λ whether the path may end there. Default: it ends as the path of glmnet does, or with `lambdas`. */
  readonly enough?: ((model: LinearState) => boolean) | undefined;
}

/** Models along falling λ. */
export interface ElasticNetPath {
  readonly lambdas: readonly number[];
  readonly models: readonly LinearState[];
}

/** What held-out rows say about each λ of a path. */
export interface CrossValidatedPath {
  readonly lambdas: readonly number[];
  /** Mean over the folds, weighted by their sizes: squared error, or −2 log-likelihood, a row. */
  readonly losses: readonly number[];
  /** Standard errors of those means. */
  readonly errors: readonly number[];
  /** The λ of the least loss. */
  readonly min: number;
  /** The largest λ whose loss is within one standard error of the least. */
  readonly oneStandardError: number;
}

const count = 100;
/** A path that is not given ends, after some values, where the explained part hardly grows or is all. */
const [fewest, leastGrowth, mostExplained] = [5, 1e-5, 0.999];
/** The tolerance for folds of classes, where nothing but the choice of λ hangs on it: glmnet's. */
const leastForFolds = 1e-7;
/** Held-out probabilities are kept this far from 0 and 1. */
const trim = 1e-5;

/**
 * The elastic net along λ as glmnet has it (Friedman, Hastie and Tibshirani 2010, section 2.5): from λ_max =
 * max |x̃ᵀ(y − ȳ)| / (n max(α, 0.001)) down to 1e-4 of it (1e-2 with fewer rows than columns), each from the last one's
 * optimum. It ends early when a step adds less than 1e-5 of the explained deviance, or 99.9 % are explained.
 */
export function elasticNetPath(learner: string, data: CheckedData, settings: PathSettings): ElasticNetPath {
  const { alpha, tolerance, enough } = settings;
  const problem = elasticNetProblem(data);
  const given = settings.lambdas;
  const all = given ?? fallingFrom(problem.largest, alpha, data.x);
  const models: LinearState[] = [];
  let before = 0;
  for (const lambda of all) {
    data.signal?.throwIfAborted();
    const explained = problem.solve(lambda, alpha, tolerance);
    const model = problem.state(learner);
    models.push(model);
    if (enough?.(model) === true) break;
    const least = leastGrowth * (data.classes === undefined ? explained : 1);
    const ends = explained - before < least || explained > mostExplained;
    if (given === undefined && models.length >= fewest && ends) break;
    before = explained;
  }
  return { lambdas: all.slice(0, models.length), models };
}

function fallingFrom(largest: number, alpha: number, { rows, columns }: Matrix): number[] {
  const least = rows < columns ? 1e-2 : 1e-4;
  const first = largest / Math.max(alpha, 1e-3);
  return Array.from({ length: count }, (_, i) => first * least ** (i / (count - 1)));
}

/**
 * How well each λ of the path on all rows does on rows that are held out.
 *
 * @param folds the rows of each, by number
 * @param patience a fold ends after so many λ in a row without a lower loss of its own, and only those λ count that every
 *   fold came to; the λ are then all that a path may have. Default: every fold goes through all of the path
 */
export function crossValidatedPath(
  learner: string,
  data: CheckedData,
  settings: PathSettings,
  folds: readonly ArrayLike<number>[],
  patience = Number.POSITIVE_INFINITY,
): CrossValidatedPath {
  const all = settings.lambdas ?? lambdasOf(learner, data, settings, patience);
  let reached = all.length;
  const byFold = folds.map((held) => {
    const fold = heldOut(learner, data, { ...settings, lambdas: all.slice(0, reached) }, held, patience);
    reached = Math.min(reached, fold.losses.length);
    return fold;
  });
  const lambdas = all.slice(0, reached);
  const total = byFold.reduce((sum, { size }) => sum + size, 0);
  const average = (of: (fold: HeldOut) => number): number =>
    byFold.reduce((sum, fold) => sum + fold.size * of(fold), 0) / total;
  const losses = lambdas.map((_, at) => average((fold) => fold.losses[at]!));
  const errors = lambdas.map((_, at) =>
    Math.sqrt(average((fold) => (fold.losses[at]! - losses[at]!) ** 2) / (folds.length - 1)),
  );
  const best = losses.indexOf(Math.min(...losses));
  const within = losses.findIndex((loss) => loss <= losses[best]! + errors[best]!);
  return { lambdas, losses, errors, min: lambdas[best]!, oneStandardError: lambdas[within]! };
}

/** With patience the small λ, which take most of the time, are not all gone through beforehand. */
const lambdasOf = (
  learner: string,
  data: CheckedData,
  settings: PathSettings,
  patience: number,
): readonly number[] =>
  patience === Number.POSITIVE_INFINITY
    ? elasticNetPath(learner, data, settings).lambdas
    : fallingFrom(elasticNetProblem(data).largest, settings.alpha, data.x);

/** Losses on the rows of a fold, by λ. */
interface HeldOut {
  /** Of its rows, or of their weights. */
  readonly size: number;
  readonly losses: readonly number[];
}

function heldOut(
  learner: string,
  data: CheckedData,
  settings: PathSettings,
  held: ArrayLike<number>,
  patience: number,
): HeldOut {
  const { x, y, weights } = subset(data, held);
  const size = weights === undefined ? x.rows : weights.reduce((sum, one) => sum + one, 0);
  const losses: number[] = [];
  let best = 0;
  const enough = (model: LinearState): boolean => {
    const loss = meanLoss(model, x, y, weights, size);
    losses.push(loss);
    if (loss < losses[best]!) best = losses.length - 1;
    return losses.length - 1 - best >= patience;
  };
  elasticNetPath(learner, without(data, held), { ...settings, enough });
  return { size, losses };
}

type Rows = Pick<CheckedData, "x" | "y" | "weights">;

function subset({ x, y, weights }: Rows, rows: ArrayLike<number>): Rows {
  const of = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i]!);
  return { x: x.select({ rows }), y: of(y), weights: weights === undefined ? undefined : of(weights) };
}

/** The rows that are not held out; their weights have the mean 1 again. */
function without(data: CheckedData, held: ArrayLike<number>): CheckedData {
  const out = new Set(Array.from(held));
  const kept = subset(
    data,
    Array.from({ length: data.x.rows }, (_, i) => i).filter((i) => !out.has(i)),
  );
  const mean = (kept.weights?.reduce((sum, one) => sum + one, 0) ?? 0) / kept.x.rows;
  return { ...data, ...kept, weights: kept.weights?.map((one) => one / mean) };
}

function meanLoss(
  state: LinearState,
  x: Matrix,
  y: Float64Array,
  weights: Float64Array | undefined,
  size: number,
): number {
  const predicted = linearFitted(state).predict(x) as Float64Array;
  const width = predicted.length / x.rows;
  let sum = 0;
  for (let i = 0; i < x.rows; i++) {
    const share = Math.min(Math.max(predicted[i * width + y[i]!] ?? 0, trim), 1 - trim);
    const loss = width === 1 ? (y[i]! - predicted[i]!) ** 2 : -2 * Math.log(share);
    sum += loss * (weights?.[i] ?? 1);
  }
  return sum / size;
}

/** {@link crossValidatedPath} on folds that are drawn, only as exact as the choice of λ needs. */
export function chosenLambdas(
  learner: string,
  data: CheckedData,
  settings: PathSettings,
  most: number,
  patience?: number,
): CrossValidatedPath {
  const least = data.classes === undefined ? 0 : leastForFolds;
  const tolerance = Math.max(settings.tolerance, least);
  return crossValidatedPath(learner, data, { ...settings, tolerance }, drawnFolds(data, most), patience);
}

/** Rows dealt out in random order, so that sizes differ by one at most. */
function drawnFolds({ x, random }: CheckedData, most: number): number[][] {
  const order = random.split("folds").permutation(x.rows);
  const folds: number[][] = Array.from({ length: Math.min(most, x.rows) }, () => []);
  for (const [at, row] of order.entries()) folds[at % folds.length]!.push(row);
  return folds;
}
