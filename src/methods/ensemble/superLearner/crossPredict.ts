import type { Generator } from "../../../engine/random/generator.js";
import type { Fitted } from "../../learners/learner.js";
import type { Matrix } from "../../learners/matrix.js";
import { screenedFitted } from "../../learners/screeners/screenedFitted.js";
import type { Fold } from "../folds/folds.js";
import { pickRows, putRows } from "../rows.js";
import type { Candidate } from "./candidates.js";
import { Screening } from "./screening.js";

/** Rows, what is to be predicted of them, and what they count. */
export interface Rows {
  readonly x: Matrix;
  readonly y: Float64Array;
  /** Default: 1 for each. */
  readonly weights?: Float64Array | undefined;
  /** How many classes y has; `undefined` for numbers. */
  readonly classes: number | undefined;
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
  { random, signal, onFit }: CrossPredictOptions,
): Promise<CrossPredictions> {
  const width = widthOf(rows.classes);
  const columns = candidates.map(() => new Float64Array(rows.x.rows * width).fill(Number.NaN));
  const failures: Failure[] = [];
  const screenings: Failure[] = [];
  const milliseconds = candidates.map(() => 0);
  for (const [fold, { training, validation }] of folds.entries()) {
    const screening = new Screening(selectRows(rows, training), random.split(fold), signal);
    const unseen = rows.x.select({ rows: validation });
    for (const [index, candidate] of candidates.entries()) {
      signal?.throwIfAborted();
      if (failures.some(({ name }) => name === candidate.name)) continue;
      const started = performance.now();
      const own = random.split(fold).split(candidate.name);
      const result = await attempt(candidate, screening, unseen, own, signal);
      milliseconds[index] = (milliseconds[index] as number) + performance.now() - started;
      if (typeof result === "string") failures.push({ name: candidate.name, fold, reason: result });
      else putRows(result.predictions, validation, width, columns[index] as Float64Array);
      onFit?.({ name: candidate.name, fold, folds: folds.length, milliseconds: performance.now() - started });
    }
    screenings.push(...screening.failures.map((failure) => ({ ...failure, fold })));
  }
  candidates.forEach(({ name }, index) => {
    if (failures.some((failure) => failure.name === name)) columns[index]?.fill(Number.NaN);
  });
  const predicted = folds.flatMap(({ validation }) => [...validation]);
  return { columns, rows: Int32Array.from(predicted).sort(), failures, screenings, milliseconds };
}

/** A candidate, fitted, with what it predicts of some rows. */
export interface Attempt {
  readonly fitted: Fitted;
  readonly predictions: Float64Array;
}

/** @returns what came out, or why nothing usable did */
export async function attempt(
  { learner, screener }: Candidate,
  screening: Screening,
  unseen: Matrix,
  random: Generator,
  signal?: AbortSignal,
): Promise<Attempt | string> {
  try {
    const { x, y, weights, classes } = screening.rows;
    const columns = await screening.columns(screener);
    const own = columns === undefined ? x : x.select({ columns });
    const learnt = await learner.fit({ x: own, y, weights, classes, random, signal });
    const fitted = columns === undefined ? learnt : screenedFitted(learnt, columns);
    const predictions = await fitted.predict(unseen);
    const wanted = unseen.rows * widthOf(classes);
    if (predictions.length !== wanted) return `it gave ${predictions.length} predictions, not ${wanted}`;
    const bad = predictions.findIndex((value) => !Number.isFinite(value));
    return bad < 0 ? { fitted, predictions } : `a prediction is ${predictions[bad]}`;
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

/** Some of the rows, sharing the elements of x. */
export function selectRows({ x, y, weights, classes }: Rows, rows: Int32Array): Rows {
  const own = weights && pickRows(weights, rows);
  return { x: x.select({ rows }), y: pickRows(y, rows), weights: own, classes };
}
