import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Matrix } from "../../learners/matrix.js";
import { combine } from "../combine.js";
import { makeFolds } from "../folds/folds.js";
import type { HeldOut } from "../heldOut.js";
import { type SuperLearnerWeights, weightsOf } from "../superLearnerWeights.js";
import type { Candidate } from "./candidates.js";
import { type CrossPredictions, crossPredict, type Failure, type Rows, widthOf } from "./crossPredict.js";
import type { FitPlace } from "./fitPlace.js";
import { heldOutRows } from "./heldOutRows.js";
import { oneColumn } from "./oneColumn.js";
import type { SuperLearnerSettings } from "./options.js";
import { WholeFits } from "./wholeFits.js";

/** A super learner that has learnt. */
export interface Trained {
  readonly candidates: readonly Candidate[];
  /** Of a row. */
  readonly columns: number;
  readonly weights: SuperLearnerWeights;
  readonly heldOut: HeldOut;
  readonly crossPredictions: CrossPredictions;
  /** What candidates learnt from all rows: those that have weight, and the discrete choice. */
  readonly whole: WholeFits;
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
  place: FitPlace,
): Promise<Trained> {
  const { stratify, byTime, validationRows, signal, onFit } = settings;
  const folds = makeFolds(rows.x.rows, {
    folds: settings.folds,
    ids,
    byTime,
    validationRows,
    strata: stratify && rows.classes !== undefined ? rows.y : undefined,
    random: random.split("folds"),
  });
  const fitting = random.split("fits");
  const crossPredictions = await crossPredict(rows, folds, candidates, {
    random: fitting,
    place,
    signal,
    onFit,
  });
  const columns = crossPredictions.columns.slice();
  const failures = [...crossPredictions.failures];
  const whole = new WholeFits(rows, candidates, fitting.split("all"), place, signal);
  const names = candidates.map(({ name }) => name);
  for (;;) {
    const heldOut = heldOutRows(rows, {
      names,
      columns,
      width: widthOf(rows.classes),
      rows: crossPredictions.rows,
      ids,
    });
    const weights = weigh(heldOut, settings, failures);
    const failed = await whole.fit([...weights.weights.keys()].filter((index) => counts(weights, index)));
    if (failed.length === 0) {
      const screenings = [...crossPredictions.screenings, ...whole.screenings];
      return {
        candidates,
        weights,
        heldOut,
        crossPredictions,
        columns: rows.x.columns,
        whole,
        failures,
        screenings,
      };
    }
    for (const { index, reason } of failed) {
      failures.push({ name: (candidates[index] as Candidate).name, fold: undefined, reason });
      columns[index] = new Float64Array((columns[index] as Float64Array).length).fill(Number.NaN);
    }
  }
}

const counts = ({ weights, discrete }: SuperLearnerWeights, index: number): boolean =>
  (weights[index] as number) > 0 || index === discrete;

function weigh(
  heldOut: HeldOut,
  { method, loss, greedy }: SuperLearnerSettings,
  failures: readonly Failure[],
): SuperLearnerWeights {
  if (heldOut.failed.length < heldOut.names.length) return weightsOf(heldOut, method, { loss, greedy });
  const reasons = failures.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new ImagoError(`superLearner: every learner failed. ${reasons}`);
}

/** Predictions of the whole, and of the discrete choice alone: `rows × classes`, class 1 alone for two classes. */
export async function predictWith(
  { candidates, weights, whole, heldOut }: Trained,
  x: Matrix,
  settings: SuperLearnerSettings,
): Promise<{ pooled: Float64Array; discrete: Float64Array }> {
  const columns: Float64Array[] = [];
  for (const [index] of candidates.entries()) {
    const given = await whole.fitted[index]?.predict(x);
    columns.push(given === undefined ? new Float64Array(0) : oneColumn(given, settings.classes));
  }
  return {
    pooled: combine(columns, weights.weights, settings.method, heldOut.classes),
    discrete: columns[weights.discrete] as Float64Array,
  };
}
