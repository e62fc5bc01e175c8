import { combine } from "../../../methods/ensemble/combine.js";
import type { HeldOut } from "../../../methods/ensemble/heldOut.js";
import type { RiskName } from "../../../methods/ensemble/losses.js";
import { joinedRows, pickRows, putRows } from "../../../methods/ensemble/rows.js";
import type { Rows } from "../../../methods/ensemble/superLearner/crossPredict.js";
import { heldOutRows } from "../../../methods/ensemble/superLearner/heldOutRows.js";
import { type HonestRisk, honestLosses } from "../../../methods/ensemble/superLearner/honestLosses.js";
import { oneColumn, poolWidth } from "../../../methods/ensemble/superLearner/oneColumn.js";
import { type SuperLearnerWeights, weightsOf } from "../../../methods/ensemble/superLearnerWeights.js";
import type { WeightMethod } from "../../../methods/ensemble/weights/methods.js";
import type { PoolLossSpec } from "../../../methods/ensemble/weights/poolLoss.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { divisionOf, pairKey, type Subset, type Subsets } from "./subsets.js";

/** Predictions of a learner by the subset that it learnt from, `unseen × width`. */
export type BySubset = ReadonlyMap<string, Float64Array>;

export interface PairedOptions {
  readonly rows: Rows;
  readonly subsets: Subsets;
  readonly names: readonly string[];
  readonly method: WeightMethod;
  /** What is made small. Default: the method's own. */
  readonly loss?: PoolLossSpec | undefined;
  /** `[rows]`: rows of one id are one cluster. */
  readonly ids?: ArrayLike<number | string> | undefined;
}

/** What was found without one of the folds, and what that predicts of it. */
export interface OuterFold {
  readonly fold: number;
  readonly weights: SuperLearnerWeights;
}

/**
 * A super learner by held-out predictions, and its honest predictions. Where rows are divided several times, each has a prediction of each
 * division: the rows stand behind each other once for each of these, and what is predicted of one is a cluster.
 */
export interface PairedWeights {
  /** By the predictions of all rows. */
  readonly weights: SuperLearnerWeights;
  /** Rows of which there are predictions, in rising order. */
  readonly predicted: Int32Array;
  /** Rows of which the whole has honest predictions: those, less the first fold in time. */
  readonly judged: Int32Array;
  /** Whole, then discrete choice, then each learner: `divisions · rows × classes`, class 1 alone for two classes. */
  readonly honest: readonly Float64Array[];
  readonly outer: readonly OuterFold[];
  /** By loss: the whole, the discrete choice, then each learner. Absent where nothing could be judged. */
  readonly losses: Readonly<Partial<Record<RiskName, readonly HonestRisk[]>>> | undefined;
}

/**
 * Weights from held-out predictions, and the same again without each fold in turn, whose rows then are predicted by what nothing of had
 * seen them: the nested cross-validation of the whole procedure (van der Laan, Polley and Hubbard 2007).
 *
 * @param predictions of each learner
 */
export function pairedWeights(predictions: readonly BySubset[], options: PairedOptions): PairedWeights {
  const { subsets, names, method, loss } = options;
  const rows = behindEachOther(options.rows, subsets.divisions);
  const ids = clustersOf(options);
  const singles = predictions.map((own) => wholeColumn(own, subsets, rows));
  const predicted = joinedRows(subsets.singles.map((single) => placesOf(single, subsets)));
  const width = poolWidth(rows.classes);
  const held = (columns: readonly Float64Array[], some: Int32Array): HeldOut =>
    heldOutRows(rows, { names, columns, width, rows: some, ids });
  const heldOut = held(singles, predicted);
  const weights = weightsOf(heldOut, method, { loss });
  const honest = [0, 1, ...names].map(() => new Float64Array(rows.y.length * width).fill(Number.NaN));
  const outer: OuterFold[] = [];
  const parts: Int32Array[] = [];
  for (const [fold, single] of subsets.singles.entries()) {
    const inner = innerColumns(predictions, fold, { ...options, rows });
    if (inner === undefined) continue;
    const found = weightsOf(held(inner.columns, inner.rows), method, { loss });
    const unseen = placesOf(single, subsets);
    const own = singles.map((column) => pickRows(column, unseen, width));
    const pooled = combine(own, found.weights, method, width);
    [pooled, own[found.discrete] as Float64Array, ...own].forEach((given, place) => {
      putRows(given, unseen, width, honest[place] as Float64Array);
    });
    outer.push({ fold, weights: found });
    parts.push(unseen);
  }
  const judged = joinedRows(parts);
  const losses = judged.length === 0 ? undefined : lossesOf(rows, honest, judged, heldOut.task, options);
  return { weights, predicted, judged, honest, outer, losses };
}

/** All rows once for each division; what they are predicted from is not asked for again. */
function behindEachOther({ x, y, weights, classes }: Rows, divisions: number): Rows {
  const tiled = (values: Float64Array): Float64Array => {
    const all = new Float64Array(values.length * divisions);
    for (let at = 0; at < all.length; at += values.length) all.set(values, at);
    return all;
  };
  const none = new Matrix(x.rows * divisions, 0, new Float64Array(0));
  return { x: none, y: tiled(y), weights: weights && tiled(weights), classes };
}

/** Of the rows behind each other; several predictions of a row are no several rows. */
function clustersOf({ ids, rows, subsets: { divisions } }: PairedOptions): PairedOptions["ids"] {
  if (divisions === 1) return ids;
  const own = ids === undefined ? [...rows.y.keys()] : Array.from(ids);
  return Array.from({ length: divisions }, () => own).flat();
}

/** Where the rows that a fold predicts stand among those behind each other. */
function placesOf({ key, unseen }: Subset, subsets: Subsets): Int32Array {
  const before = divisionOf(subsets, Number(key)) * subsets.all.training.length;
  return unseen.map((row) => row + before);
}

function lossesOf(
  rows: Rows,
  honest: readonly Float64Array[],
  predicted: Int32Array,
  task: HeldOut["task"],
  options: PairedOptions,
): PairedWeights["losses"] {
  const { names, subsets } = options;
  const folds = subsets.singles.map((single) => ({ ...single, validation: placesOf(single, subsets) }));
  const all = ["super learner", "best single learner", ...names];
  return honestLosses(rows, all, honest, { predicted, ids: clustersOf(options), folds, task });
}

/** Held-out predictions of all rows that have some, `divisions · rows × classes`. */
function wholeColumn(own: BySubset, subsets: Subsets, { y, classes }: Rows): Float64Array {
  const width = poolWidth(classes);
  const column = new Float64Array(y.length * width).fill(Number.NaN);
  for (const single of subsets.singles) {
    const given = oneColumn(own.get(single.key) as Float64Array, classes);
    putRows(given, placesOf(single, subsets), width, column);
  }
  return column;
}

/**
 * Predictions of the rows outside a fold by learners that had seen neither them nor the fold: of folds in time those of the folds before
 * it. Nothing for the first of these, before which nothing was predicted.
 */
function innerColumns(
  predictions: readonly BySubset[],
  fold: number,
  { rows, subsets }: PairedOptions,
): { readonly columns: Float64Array[]; readonly rows: Int32Array } | undefined {
  const { singles, pairs, byTime } = subsets;
  const others = singles.filter((_, other) =>
    byTime ? other < fold : other !== fold && divisionOf(subsets, other) === divisionOf(subsets, fold),
  );
  // Of two folds each was learnt from the other.
  if (others.length === 0 || (!byTime && pairs.length === 0)) return undefined;
  const width = poolWidth(rows.classes);
  const columns = predictions.map((own) => {
    const column = new Float64Array(rows.y.length * width).fill(Number.NaN);
    for (const single of others) {
      const pair = byTime ? undefined : pairs.find(({ key }) => key === pairKey(fold, Number(single.key)));
      const given = oneColumn(own.get(pair?.key ?? single.key) as Float64Array, rows.classes);
      const part = pair === undefined ? given : partOf(given, pair.unseen, single.unseen, width);
      putRows(part, placesOf(single, subsets), width, column);
    }
    return column;
  });
  return { columns, rows: joinedRows(others.map((single) => placesOf(single, subsets))) };
}

/** Of predictions of some rows those of a part of them; both in rising order. */
function partOf(given: Float64Array, rows: Int32Array, wanted: Int32Array, width: number): Float64Array {
  const places = new Int32Array(wanted.length);
  let at = 0;
  for (let place = 0; place < wanted.length; place++) {
    while (rows[at] !== wanted[place]) at++;
    places[place] = at;
  }
  return pickRows(given, places, width);
}
