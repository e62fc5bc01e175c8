import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Fitted } from "../../learners/learner.js";
import type { Matrix } from "../../learners/matrix.js";
import { combine } from "../combine.js";
import { makeFolds } from "../folds/folds.js";
import { type HeldOut, heldOutOf } from "../heldOut.js";
import { pickRows } from "../rows.js";
import { type SuperLearnerWeights, weightsOf } from "../superLearnerWeights.js";
import { needsLabels } from "../weights/methods.js";
import { isForLabels } from "../weights/poolLoss.js";
import type { Candidate } from "./candidates.js";
import {
  attempt,
  type CrossPredictions,
  crossPredict,
  type Failure,
  type Rows,
  widthOf,
} from "./crossPredict.js";
import type { SuperLearnerSettings } from "./options.js";
import { Screening } from "./screening.js";

/** A super learner that has learnt. */
export interface Trained {
  readonly candidates: readonly Candidate[];
  /** Of a row. */
  readonly columns: number;
  readonly weights: SuperLearnerWeights;
  readonly heldOut: HeldOut;
  readonly crossPredictions: CrossPredictions;
  /** For each candidate what it learnt from all rows; only those that have weight, and the discrete choice. */
  readonly fitted: readonly (Fitted | undefined)[];
  readonly failures: readonly Failure[];
  /** Screeners that failed; there every column was kept. */
  readonly screenings: readonly Failure[];
}

/**
 * The whole procedure: folds, predictions of unseen rows, weights, and the candidates that count learnt anew from all rows.
 * One that fails only then leaves, and weights are found again without it.
 *
 * @param ids of the rows, as far as they may not be torn
 */
export async function train(
  rows: Rows,
  ids: ArrayLike<number | string> | undefined,
  candidates: readonly Candidate[],
  settings: SuperLearnerSettings,
  random: Generator,
): Promise<Trained> {
  const { folds: count, stratify, byTime, validationRows, signal, onFit } = settings;
  const folds = makeFolds(rows.x.rows, {
    folds: count,
    ids,
    byTime,
    validationRows,
    strata: stratify && rows.classes !== undefined ? rows.y : undefined,
    random: random.split("folds"),
  });
  const fitting = random.split("fits");
  const crossPredictions = await crossPredict(rows, folds, candidates, { random: fitting, signal, onFit });
  const columns = crossPredictions.columns.slice();
  const failures = [...crossPredictions.failures];
  const fitted: (Fitted | undefined)[] = candidates.map(() => undefined);
  const screening = new Screening(rows, fitting.split("all"), signal);
  for (;;) {
    const heldOut = heldOutRows(rows, crossPredictions, columns, candidates, settings, ids);
    const weights = weigh(heldOut, settings, failures);
    const failure = await refit(screening, candidates, weights, fitted, fitting.split("all"), signal);
    if (failure === undefined) {
      const screenings = [
        ...crossPredictions.screenings,
        ...screening.failures.map((one) => ({ ...one, fold: undefined })),
      ];
      const own = { columns: rows.x.columns, fitted, failures, screenings };
      return { candidates, weights, heldOut, crossPredictions, ...own };
    }
    failures.push(failure);
    const index = candidates.findIndex(({ name }) => name === failure.name);
    columns[index] = new Float64Array((columns[index] as Float64Array).length).fill(Number.NaN);
  }
}

function weigh(
  heldOut: HeldOut,
  { method, loss, greedy }: SuperLearnerSettings,
  failures: readonly Failure[],
): SuperLearnerWeights {
  if (heldOut.failed.length < heldOut.names.length) return weightsOf(heldOut, method, { loss, greedy });
  const reasons = failures.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new ImagoError(`superLearner: every learner failed. ${reasons}`);
}

/** The rows of which there are predictions, in the form that weights are found from. */
function heldOutRows(
  { y, weights, classes }: Rows,
  { rows }: CrossPredictions,
  columns: readonly Float64Array[],
  candidates: readonly Candidate[],
  { method, loss }: SuperLearnerSettings,
  ids: ArrayLike<number | string> | undefined,
): HeldOut {
  const width = widthOf(classes);
  const z = candidates.map(({ name }, index) => {
    const own = pickRows(columns[index] as Float64Array, rows, width);
    return [name, new Tensor("float64", width === 1 ? [rows.length] : [rows.length, width], own)] as const;
  });
  const pick = (values: Float64Array): Tensor => new Tensor("float64", [rows.length], pickRows(values, rows));
  if (classes === undefined && (needsLabels(method) || isForLabels(loss))) {
    const what = needsLabels(method) ? `method ${method}` : `loss ${String(loss)}`;
    throw new ImagoError(`superLearner: the ${what} is for classes; say how many there are: classes: 2.`);
  }
  const own = ids && Array.from(rows, (row) => ids[row] as number | string);
  return heldOutOf(Object.fromEntries(z), pick(y), weights && pick(weights), classes === 2, own);
}

/** Fits on all rows what counts and is not fitted yet. */
async function refit(
  screening: Screening,
  candidates: readonly Candidate[],
  { weights, discrete }: SuperLearnerWeights,
  fitted: (Fitted | undefined)[],
  random: Generator,
  signal: AbortSignal | undefined,
): Promise<Failure | undefined> {
  const one = screening.rows.x.select({ rows: [0] });
  for (const [index, candidate] of candidates.entries()) {
    signal?.throwIfAborted();
    const counts = (weights[index] as number) > 0 || index === discrete;
    if (!counts || fitted[index] !== undefined) continue;
    const result = await attempt(candidate, screening, one, random.split(candidate.name), signal);
    if (typeof result === "string") return { name: candidate.name, fold: undefined, reason: result };
    fitted[index] = result.fitted;
  }
  return undefined;
}

/** Predictions of the whole, and of the discrete choice alone: `rows × classes`, class 1 alone for two classes. */
export async function predictWith(
  { candidates, weights, fitted, heldOut }: Trained,
  x: Matrix,
  settings: SuperLearnerSettings,
): Promise<{ pooled: Float64Array; discrete: Float64Array }> {
  const columns: Float64Array[] = [];
  for (const [index] of candidates.entries()) {
    const given = await fitted[index]?.predict(x);
    columns.push(given === undefined ? new Float64Array(0) : oneColumn(given, settings.classes));
  }
  return {
    pooled: combine(columns, weights.weights, settings.method, heldOut.classes),
    discrete: columns[weights.discrete] as Float64Array,
  };
}

/** Of two classes the probability of the second. */
export function oneColumn(predictions: Float64Array, classes: number | undefined): Float64Array {
  if (classes !== 2) return predictions;
  return Float64Array.from(
    { length: predictions.length / 2 },
    (_, row) => predictions[2 * row + 1] as number,
  );
}
