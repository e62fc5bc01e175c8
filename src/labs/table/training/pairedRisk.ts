import { combine } from "../../../methods/ensemble/combine.js";
import type { HeldOut } from "../../../methods/ensemble/heldOut.js";
import { joinedRows, pickRows, putRows } from "../../../methods/ensemble/rows.js";
import type { Rows } from "../../../methods/ensemble/superLearner/crossPredict.js";
import { heldOutRows } from "../../../methods/ensemble/superLearner/heldOutRows.js";
import { oneColumn, poolWidth } from "../../../methods/ensemble/superLearner/oneColumn.js";
import { type SuperLearnerWeights, weightsOf } from "../../../methods/ensemble/superLearnerWeights.js";
import type { WeightMethod } from "../../../methods/ensemble/weights/methods.js";
import type { PoolLossSpec } from "../../../methods/ensemble/weights/poolLoss.js";
import { pairKey, type Subsets } from "./subsets.js";

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

/** A super learner by held-out predictions, and its honest predictions. */
export interface PairedWeights {
  /** By the predictions of all rows. */
  readonly weights: SuperLearnerWeights;
  readonly heldOut: HeldOut;
  /** Rows of which there are predictions, in rising order. */
  readonly predicted: Int32Array;
  /** Rows of which the whole has honest predictions: those, less the first fold in time. */
  readonly judged: Int32Array;
  /** Whole, then discrete choice, then each learner: `rows × classes`, class 1 alone for two classes. */
  readonly honest: readonly Float64Array[];
  readonly outer: readonly OuterFold[];
}

/**
 * Weights from held-out predictions, and the same again without each fold in turn, whose rows then are predicted by what nothing of had
 * seen them: the nested cross-validation of the whole procedure (van der Laan, Polley and Hubbard 2007).
 *
 * @param predictions of each learner
 */
export function pairedWeights(predictions: readonly BySubset[], options: PairedOptions): PairedWeights {
  const { rows, subsets, names, method, loss, ids } = options;
  const singles = predictions.map((own) => wholeColumn(own, subsets, rows));
  const predicted = joinedRows(subsets.singles.map(({ unseen }) => unseen));
  const width = poolWidth(rows.classes);
  const held = (columns: readonly Float64Array[], some: Int32Array): HeldOut =>
    heldOutRows(rows, { names, columns, width, rows: some, ids });
  const heldOut = held(singles, predicted);
  const weights = weightsOf(heldOut, method, { loss });
  const honest = [0, 1, ...names].map(() => new Float64Array(rows.x.rows * width).fill(Number.NaN));
  const outer: OuterFold[] = [];
  const judged: Int32Array[] = [];
  for (const [fold, { unseen }] of subsets.singles.entries()) {
    const inner = innerColumns(predictions, fold, options);
    if (inner === undefined) continue;
    const found = weightsOf(held(inner.columns, inner.rows), method, { loss });
    const own = singles.map((column) => pickRows(column, unseen, width));
    const pooled = combine(own, found.weights, method, width);
    [pooled, own[found.discrete] as Float64Array, ...own].forEach((given, place) => {
      putRows(given, unseen, width, honest[place] as Float64Array);
    });
    outer.push({ fold, weights: found });
    judged.push(unseen);
  }
  return { weights, heldOut, predicted, judged: joinedRows(judged), honest, outer };
}

/** Held-out predictions of all rows that have some, `rows × classes`. */
function wholeColumn(own: BySubset, { singles }: Subsets, { x, classes }: Rows): Float64Array {
  const width = poolWidth(classes);
  const column = new Float64Array(x.rows * width).fill(Number.NaN);
  for (const { key, unseen } of singles)
    putRows(oneColumn(own.get(key) as Float64Array, classes), unseen, width, column);
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
  const others = byTime ? singles.slice(0, fold) : singles.filter((_, other) => other !== fold);
  // Of two folds each was learnt from the other.
  if (others.length === 0 || (!byTime && pairs.length === 0)) return undefined;
  const { classes, x } = rows;
  const width = poolWidth(classes);
  const columns = predictions.map((own) => {
    const column = new Float64Array(x.rows * width).fill(Number.NaN);
    for (const { key, unseen } of others) {
      const subset = byTime ? undefined : pairs.find((one) => one.key === pairKey(fold, Number(key)));
      const given = oneColumn(own.get(subset?.key ?? key) as Float64Array, classes);
      putRows(
        subset === undefined ? given : partOf(given, subset.unseen, unseen, width),
        unseen,
        width,
        column,
      );
    }
    return column;
  });
  return { columns, rows: joinedRows(others.map(({ unseen }) => unseen)) };
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
