import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Fitted } from "../../learners/learner.js";
import type { Matrix } from "../../learners/matrix.js";
import { type Fold, makeFolds } from "../folds/folds.js";
import type { HeldOut } from "../heldOut.js";
import type { RiskName } from "../losses.js";
import { joinedRows, putRows } from "../rows.js";
import type { Candidate } from "./candidates.js";
import { type Failure, type Rows, selectRows } from "./crossPredict.js";
import type { FitPlace } from "./fitPlace.js";
import { type HonestRisk, honestLosses } from "./honestLosses.js";
import { oneColumn } from "./oneColumn.js";
import type { SuperLearnerSettings } from "./options.js";
import { predictWith, train } from "./train.js";

/**
 * The honest risk of the whole procedure, for each loss that suits what is predicted: means over rows by their weights; of
 * `auc` the mean over outer folds of 1 − AUC within each, as R's package has it.
 */
export interface NestedRisk {
  readonly losses: Readonly<Partial<Record<RiskName, readonly HonestRisk[]>>>;
  /** Weights in each outer fold, by candidate. */
  readonly weights: readonly (readonly number[])[];
  readonly folds: number;
  /** Learners that failed within an outer fold, and why. */
  readonly failures: readonly OuterFailure[];
}

/** Where a learner failed: in which outer fold, and in which fold within it, or on all of its rows. */
export interface OuterFailure extends Failure {
  readonly outerFold: number;
}

/**
 * The folds around the whole procedure: those that the user gave, or drawn ones, no more than there are rows or clusters.
 *
 * @throws ImagoError where what is left in one of them could not be divided again
 */
export function outerFoldsOf(rows: Rows, settings: SuperLearnerSettings, random: Generator): readonly Fold[] {
  const { ids, stratify, byTime, outerFolds, validationRows } = settings;
  const units = ids === undefined ? rows.x.rows : new Set(Array.from(ids)).size;
  const given = validationRows?.length;
  if (units < 3 || (given !== undefined && given < 3)) {
    const [count, what] =
      given === undefined ? [units, ids === undefined ? "rows" : "ids"] : [given, "validationRows"];
    throw new ImagoError(
      `superLearner: crossValidated divides each fold's rows again, which takes three ${what} at least; there are ${count}.`,
      { help: "Leave crossValidated out." },
    );
  }
  return makeFolds(rows.x.rows, {
    // Of time the first block must itself hold two blocks.
    folds: byTime
      ? Math.max(1, Math.min(outerFolds, Math.floor(units / 2) - 1))
      : Math.min(outerFolds, units),
    ids,
    byTime,
    validationRows,
    strata: stratify && rows.classes !== undefined ? rows.y : undefined,
    random: random.split("outer"),
  });
}

/** Folds within an outer one: the user's own but that one, or no more than there are rows or clusters. */
function innerSettings(
  settings: SuperLearnerSettings,
  outer: readonly Fold[],
  fold: number,
  ids: ArrayLike<number | string> | undefined,
): SuperLearnerSettings {
  const { training } = outer[fold] as Fold;
  const units = ids === undefined ? training.length : new Set(Array.from(ids)).size;
  const most = settings.byTime ? Math.max(1, units - 1) : units;
  const folds = settings.folds === undefined ? undefined : Math.min(settings.folds, most);
  if (settings.validationRows === undefined) return { ...settings, folds };
  const places = new Map(Array.from(training, (row, place) => [row, place]));
  const others = outer.filter((_, index) => index !== fold);
  const validationRows = others.map(({ validation }) =>
    Array.from(validation, (row) => places.get(row)).filter((place) => place !== undefined),
  );
  return { ...settings, folds, validationRows: validationRows.filter(({ length }) => length > 0) };
}

/**
 * The risk of the super learner itself, of its discrete choice and of each candidate, by folds around the whole procedure
 * (van der Laan, Polley and Hubbard 2007; R's `CV.SuperLearner`): what is chosen by held-out risks has held-out risks that
 * look better than they are.
 */
export async function nestedRisk(
  rows: Rows,
  candidates: readonly Candidate[],
  settings: SuperLearnerSettings,
  heldOut: HeldOut,
  random: Generator,
  place: FitPlace,
): Promise<NestedRisk> {
  const { ids } = settings;
  const folds = outerFoldsOf(rows, settings, random);
  const names = ["Super learner", "Discrete choice", ...candidates.map(({ name }) => name)];
  const width = heldOut.classes;
  const predictions = names.map(() => new Float64Array(rows.x.rows * width).fill(Number.NaN));
  const weights: (readonly number[])[] = [];
  const failures: OuterFailure[] = [];
  for (const [fold, { training, validation }] of folds.entries()) {
    const own = random.split("outer").split(fold);
    const part = selectRows(rows, training);
    const partIds = ids && Array.from(training, (row) => ids[row] as number | string);
    const inner = innerSettings(settings, folds, fold, partIds);
    const trained = await train(part, partIds, candidates, inner, own, place);
    failures.push(...trained.failures.map((failure) => ({ ...failure, outerFold: fold })));
    const unseen = rows.x.select({ rows: validation });
    const { pooled, discrete } = await predictWith(trained, unseen, settings);
    for (const { index, reason } of await trained.whole.fit([...candidates.keys()])) {
      const { name } = candidates[index] as Candidate;
      if (!trained.failures.some((failure) => failure.name === name))
        failures.push({ name, fold: undefined, reason, outerFold: fold });
    }
    const singly: (Float64Array | undefined)[] = [];
    for (const fitted of trained.whole.fitted)
      singly.push(await predictedBy(fitted, unseen, settings.classes));
    [pooled, discrete, ...singly].forEach((given, index) => {
      if (given !== undefined) putRows(given, validation, width, predictions[index] as Float64Array);
    });
    weights.push(trained.weights.weights);
  }
  const predicted = joinedRows(folds.map(({ validation }) => validation));
  const losses = honestLosses(rows, names, predictions, { predicted, ids, folds, task: heldOut.task });
  return { losses, weights, folds: folds.length, failures };
}

/** What a candidate alone predicts; nothing where it failed. */
async function predictedBy(
  fitted: Fitted | undefined,
  unseen: Matrix,
  classes: number | undefined,
): Promise<Float64Array | undefined> {
  const given = await fitted?.predict(unseen);
  return given?.every(Number.isFinite) === true ? oneColumn(given, classes) : undefined;
}
