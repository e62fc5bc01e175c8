import type { Fold } from "../folds/folds.js";
import { clusterNumbers, type HeldOut } from "../heldOut.js";
import type { RiskName } from "../losses.js";
import { pairedDifference, riskOf } from "../risk.js";
import { pickRows } from "../rows.js";
import type { Rows } from "./crossPredict.js";

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

/** What is known of predictions by folds around everything. */
export interface Predicted {
  /** Rows of which there are predictions, in rising order. */
  readonly predicted: Int32Array;
  /** Of all rows: rows of one id are one cluster. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
  readonly folds: readonly Fold[];
  readonly task: HeldOut["task"];
}

/**
 * What predictions cost, by each loss that suits what is predicted, with the differences from the first ones.
 *
 * @param names of whoever predicted
 * @param predictions for each `rows × classes`, class 1 alone for two classes; NaN in rows that are not among `predicted`
 */
export function honestLosses(
  rows: Rows,
  names: readonly string[],
  predictions: readonly Float64Array[],
  { predicted, ids, folds, task }: Predicted,
): Readonly<Partial<Record<RiskName, readonly HonestRisk[]>>> {
  const classes = task === "classes" ? (rows.classes ?? 1) : 1;
  const held = { ...heldOn(rows, predicted, classes, task), ...groupsOf(predicted, ids, folds) };
  const columns = predictions.map((values) => pickRows(values, predicted, classes));
  const kinds: readonly RiskName[] =
    task === "regression" ? ["squaredError"] : ["squaredError", "logLikelihood", "auc"];
  return Object.fromEntries(kinds.map((kind) => [kind, table(names, columns, held, kind)]));
}

/** Targets and weights of the predicted rows, in the form that losses are taken from. */
function heldOn(rows: Rows, predicted: Int32Array, classes: number, task: HeldOut["task"]): HeldOut {
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
