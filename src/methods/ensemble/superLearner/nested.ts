import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Fitted } from "../../learners/learner.js";
import type { Matrix } from "../../learners/matrix.js";
import { type Fold, makeFolds } from "../folds/folds.js";
import { clusterNumbers, type HeldOut } from "../heldOut.js";
import type { RiskName } from "../losses.js";
import { pairedDifference, riskOf } from "../risk.js";
import { pickRows, putRows } from "../rows.js";
import type { Candidate } from "./candidates.js";
import { type Failure, type Rows, selectRows } from "./crossPredict.js";
import type { FitPlace } from "./fitPlace.js";
import { oneColumn } from "./oneColumn.js";
import type { SuperLearnerSettings } from "./options.js";
import { predictWith, train } from "./train.js";

/** What something costs on rows that nothing of it had seen. */
export interface HonestRisk {
  readonly name: string;
  readonly risk: number;
  /** Approximate: rows of different folds are not independent. By clusters where there are `ids`. */
  readonly standardError: number;
  /** Risk less that of the super learner; above 0 where the super learner is better. */
  readonly difference: number;
  /** Of the difference, row by row; smaller than the two single errors suggest. */
  readonly differenceError: number;
}

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
  const predicted = Int32Array.from(folds.flatMap(({ validation }) => [...validation])).sort();
  const held = { ...heldOn(rows, predicted, heldOut), ...groupsOf(predicted, ids, folds) };
  return { losses: lossesOf(names, predictions, predicted, held), weights, folds: folds.length, failures };
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

function lossesOf(
  names: readonly string[],
  predictions: readonly Float64Array[],
  predicted: Int32Array,
  held: HeldOut,
): NestedRisk["losses"] {
  const columns = predictions.map((values) => pickRows(values, predicted, held.classes));
  const kinds: readonly RiskName[] =
    held.task === "regression" ? ["squaredError"] : ["squaredError", "logLikelihood", "auc"];
  return Object.fromEntries(kinds.map((kind) => [kind, table(names, columns, held, kind)]));
}

/** Targets and weights of the predicted rows, in the form that losses are taken from. */
function heldOn(rows: Rows, predicted: Int32Array, { classes, task }: HeldOut): HeldOut {
  const targets = new Float64Array(predicted.length * classes);
  predicted.forEach((row, place) => {
    const label = rows.y[row] as number;
    if (classes === 1) targets[place] = label;
    else targets[place * classes + label] = 1;
  });
  const weights = Float64Array.from(predicted, (row) => rows.weights?.[row] ?? 1);
  return { names: [], task, rows: predicted.length, classes, columns: [], targets, weights, failed: [] };
}

/** Which cluster and which outer fold each of the predicted rows is in. */
function groupsOf(
  predicted: Int32Array,
  ids: ArrayLike<number | string> | undefined,
  folds: readonly Fold[],
): Pick<HeldOut, "clusters" | "folds"> {
  const foldOf = new Map(
    folds.flatMap(({ validation }, fold) => Array.from(validation, (row): [number, number] => [row, fold])),
  );
  const own = ids && Array.from(predicted, (row) => ids[row] as number | string);
  return {
    clusters: own && clusterNumbers(own, own.length),
    folds: predicted.map((row) => foldOf.get(row) as number),
  };
}

function table(
  names: readonly string[],
  columns: readonly Float64Array[],
  held: HeldOut,
  kind: RiskName,
): HonestRisk[] {
  return names.map((name, index) => {
    const column = columns[index] as Float64Array;
    const { risk: difference, standardError: differenceError } = pairedDifference(
      held,
      column,
      columns[0] as Float64Array,
      kind,
      "normalised",
    );
    return { name, ...riskOf(held, column, kind, "normalised"), difference, differenceError };
  });
}
