import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import { type Risk, riskOf } from "../../../methods/ensemble/risk.js";
import { judged, meanOf } from "./judged.js";
import { checkLengths, insight } from "./readers.js";

/** A figure and its standard error, approximate and with the models held fixed. */
export interface Score {
  readonly value: number;
  readonly standardError: number;
}

export interface ScoreOptions {
  /** `[rows]`, or `[rows, classes]`: by models that had not seen the rows. */
  readonly predictions: Float64Array;
  /** In the same form what is to be beaten: the mean, or the classes' shares, of other rows. */
  readonly baseline: Float64Array;
  /** `[rows]`: numbers, or classes from 0. */
  readonly y: Float64Array;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly weights?: Float64Array | undefined;
  /** `[rows]`: rows of one number belong together, and standard errors are those of groups. Default: each row by itself. */
  readonly groups?: Int32Array | undefined;
}

export interface ClassScoreOptions extends ScoreOptions {
  /** How many there are, from 2. */
  readonly classes: number;
}

const fields = {
  predictions: insight.numbers,
  baseline: insight.numbers,
  y: insight.numbers,
  weights: optional(insight.numbers),
  groups: insight.groups,
} satisfies FieldsOf<ScoreOptions>;

const classFields = {
  ...fields,
  classes: number({ min: 2, integer: true }),
} satisfies FieldsOf<ClassScoreOptions>;

/** How far numbers are off. */
export interface NumberScores {
  readonly kind: "numbers";
  /** Root of the mean squared error, in the target's unit. */
  readonly rmse: Score;
  /** Mean absolute error, in the target's unit. */
  readonly mae: Score;
  /**
   * 1 less the mean squared error's share of the baseline's: at most 1, and below 0 where the baseline is better.
   * Absent where the baseline makes no mistakes.
   */
  readonly r2?: Score | undefined;
  readonly baseline: { readonly rmse: Score; readonly mae: Score };
}

/** How good probabilities of classes are. */
export interface ClassScores {
  readonly kind: "classes";
  /** Share of rows whose most probable class is theirs. */
  readonly accuracy: Score;
  /** Mean −log of the probability of the class that came, which is kept above 0.001. */
  readonly logLoss: Score;
  /** Mean of (1 − p)² for two classes, from 0 to 1; for more of sums over classes, from 0 to 2 (Brier 1950). */
  readonly brier: Score;
  /**
   * Area under the ROC curve; of several classes the mean of each against the others. Half is chance. Absent where all rows
   * are of one class: there is nothing to tell apart.
   */
  readonly auc?: Score | undefined;
  readonly baseline: { readonly accuracy: Score; readonly logLoss: Score; readonly brier: Score };
}

/** @throws ImagoError on unknown options and lengths that do not fit */
export function numberScores(options: ScoreOptions): NumberScores {
  const { predictions, baseline, y, weights, groups } = readOptions("numberScores", options, fields);
  checkLengths("numberScores", { y, predictions, weights });
  checkLengths("numberScores: baseline", { y, predictions: baseline });
  const [squares, others] = [squaresOf(predictions, y), squaresOf(baseline, y)];
  const [own, other] = [meanOf(squares, weights, groups), meanOf(others, weights, groups)];
  const explained = (ratio: number): Score => {
    // Of a ratio of means: that of the mean of what rows add to numerator − ratio · denominator.
    const apart = squares.map((square, row) => square - ratio * (others[row] as number));
    return { value: 1 - ratio, standardError: meanOf(apart, weights, groups).standardError / other.risk };
  };
  return {
    kind: "numbers",
    rmse: rooted(own),
    mae: scored(meanOf(squares.map(Math.sqrt), weights, groups)),
    ...(other.risk > 0 && { r2: explained(own.risk / other.risk) }),
    baseline: { rmse: rooted(other), mae: scored(meanOf(others.map(Math.sqrt), weights, groups)) },
  };
}

/** @throws ImagoError on unknown options and lengths that do not fit */
export function classScores(options: ClassScoreOptions): ClassScores {
  const settings = readOptions("classScores", options, classFields);
  const { predictions, baseline, y, weights, groups, classes } = settings;
  checkLengths("classScores", { y, predictions, weights, classes });
  checkLengths("classScores: baseline", { y, predictions: baseline, classes });
  const { held, form } = judged(y, classes, weights, groups);
  const each = (p: Float64Array): ClassScores["baseline"] => ({
    accuracy: scored(meanOf(rightOf(p, y, classes), weights, groups)),
    logLoss: scored(riskOf(held, form(p), "logLikelihood", "normalised")),
    brier: scored(riskOf(held, form(p), "squaredError", "normalised")),
  });
  const ranked = y.some((label) => label !== y[0]) ? riskOf(held, form(predictions), "auc") : undefined;
  return {
    kind: "classes",
    ...each(predictions),
    ...(ranked && { auc: { value: 1 - ranked.risk, standardError: ranked.standardError } }),
    baseline: each(baseline),
  };
}

const scored = ({ risk, standardError }: Risk): Score => ({ value: risk, standardError });

/** By the slope of the root. */
function rooted({ risk, standardError }: Risk): Score {
  const value = Math.sqrt(risk);
  return { value, standardError: value === 0 ? 0 : standardError / (2 * value) };
}

const squaresOf = (predictions: Float64Array, y: Float64Array): Float64Array =>
  y.map((value, row) => (value - (predictions[row] as number)) ** 2);

/** 1 where the most probable class is the row's; of several that are as probable the first counts. */
function rightOf(p: Float64Array, y: Float64Array, classes: number): Float64Array {
  return y.map((label, row) => {
    const own = p.subarray(row * classes, (row + 1) * classes);
    return Number(own.indexOf(own.reduce((a, b) => Math.max(a, b))) === label);
  });
}
