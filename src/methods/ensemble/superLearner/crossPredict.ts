import { ImagoError, messageOf, shown } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Fitted } from "../../learners/learner.js";
import type { Matrix } from "../../learners/matrix.js";
import { screenedFitted } from "../../learners/screeners/screenedFitted.js";
import type { Fold } from "../folds/folds.js";
import { pickRows } from "../rows.js";
import type { Candidate } from "./candidates.js";
import type { FitPlace } from "./fitPlace.js";
import { FoldFits } from "./foldFits.js";
import { limited } from "./limited.js";
import type { Screening } from "./screening.js";

/** Rows, what is to be predicted of them, and what they count. */
export interface Rows {
  readonly x: Matrix;
  readonly y: Float64Array;
  /** Default: 1 for each. */
  readonly weights?: Float64Array | undefined;
  /** How many classes y has; `undefined` for numbers. */
  readonly classes: number | undefined;
  /** Their numbers among all rows that there are. Default: these are all. */
  readonly origin?: Int32Array | undefined;
}

/** Why a candidate was left out: what it threw, or what was wrong with its predictions. */
export interface Failure {
  readonly name: string;
  /** From 0; `undefined` where it failed on all rows. */
  readonly fold: number | undefined;
  readonly reason: string;
}

/** A finished fit of one candidate on one fold. */
export interface FitProgress {
  readonly name: string;
  readonly fold: number;
  readonly folds: number;
  readonly milliseconds: number;
}

export interface CrossPredictOptions {
  readonly random: Generator;
  readonly place: FitPlace;
  readonly signal?: AbortSignal | undefined;
  readonly onFit?: ((progress: FitProgress) => void) | undefined;
}

/** What candidates predict of rows that they had not seen. */
export interface CrossPredictions {
  /** For each candidate `rows × width`; NaN in all of it where the candidate failed, and in rows of no fold. */
  readonly columns: readonly Float64Array[];
  /** Rows of which there are predictions, in rising order. */
  readonly rows: Int32Array;
  readonly failures: readonly Failure[];
  /** Screeners that failed; in these folds every column was kept. */
  readonly screenings: readonly Failure[];
  /** Time of each candidate's fits and predictions together. */
  readonly milliseconds: readonly number[];
}

/** Columns of a prediction: 1 for numbers, else one for each class. */
export const widthOf = (classes: number | undefined): number => classes ?? 1;

/**
 * Fits every candidate on each fold's training rows and predicts its validation rows. One that throws or predicts anything
 * but finite numbers of the right shape in a fold is left out from then on, and named.
 *
 * @throws the signal's reason when it aborts
 */
export async function crossPredict(
  rows: Rows,
  folds: readonly Fold[],
  candidates: readonly Candidate[],
  options: CrossPredictOptions,
): Promise<CrossPredictions> {
  const run = new FoldFits(rows, folds, candidates, options);
  const started = performance.now();
  // Here first, to see how long it takes, unless there are processes already.
  let elsewhere = await options.place.elsewhere(0);
  if (elsewhere === undefined) {
    await run.here([0]);
    elsewhere = await options.place.elsewhere((performance.now() - started) * (folds.length - 1));
    await run.rest(elsewhere, 1);
  } else await run.rest(elsewhere, 0);
  return run.result();
}

/** A candidate, fitted, with what it predicts of some rows. */
export interface Attempt {
  readonly fitted: Fitted;
  readonly predictions: Float64Array;
}

/**
 * @param timeLimit milliseconds; what does not wait for anything cannot be ended in this process
 * @returns what came out, or why nothing usable did
 */
export async function attempt(
  { learner, screener }: Candidate,
  screening: Screening,
  unseen: Matrix,
  random: Generator,
  {
    signal,
    timeLimit,
  }: { readonly signal?: AbortSignal | undefined; readonly timeLimit?: number | undefined } = {},
): Promise<Attempt | string> {
  const { x, y, weights, classes } = screening.rows;
  const run = async (within: AbortSignal | undefined): Promise<Attempt> => {
    const columns = await screening.columns(screener);
    const own = columns === undefined ? x : x.select({ columns });
    const learnt: unknown = await learner.fit({ x: own, y, weights, classes, random, signal: within });
    if (!isFitted(learnt)) throw new ImagoError("its fit gave nothing that predicts");
    const fitted = columns === undefined ? learnt : screenedFitted(learnt, columns);
    return { fitted, predictions: numbersIn(await fitted.predict(unseen)) };
  };
  try {
    const { fitted, predictions } = await limited(run, signal, timeLimit);
    const wanted = unseen.rows * widthOf(classes);
    if (predictions.length !== wanted) return `it gave ${predictions.length} predictions, not ${wanted}`;
    const bad = predictions.findIndex((value) => !Number.isFinite(value));
    return bad < 0 ? { fitted, predictions } : `a prediction is ${predictions[bad]}`;
  } catch (error) {
    signal?.throwIfAborted();
    return messageOf(error);
  }
}

const isFitted = (value: unknown): value is Fitted =>
  typeof value === "object" && value !== null && "predict" in value && typeof value.predict === "function";

/** Predictions as they are kept, from whatever list of numbers a learner of one's own gives. */
export function numbersIn(given: unknown): Float64Array {
  if (given instanceof Float64Array) return given;
  if (Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView))) {
    return Float64Array.from(given as ArrayLike<number>, Number);
  }
  throw new ImagoError(`its predictions are ${shown(given)}, no list of numbers`);
}

/** Some of the rows, sharing the elements of x. */
export function selectRows({ x, y, weights, classes, origin }: Rows, rows: Int32Array): Rows {
  const own = weights && pickRows(weights, rows);
  return {
    x: x.select({ rows }),
    y: pickRows(y, rows),
    weights: own,
    classes,
    origin: numbersOf(origin, rows),
  };
}

/** Numbers of rows among all, from those among some. */
export function numbersOf(origin: Int32Array | undefined, rows: Int32Array): Int32Array {
  return origin === undefined ? rows : rows.map((row) => origin[row] as number);
}
