import { combine } from "../combine.js";
import type { Fold } from "../folds/folds.js";
import type { HeldOut } from "../heldOut.js";
import { pickRows, putRows } from "../rows.js";
import { weightsOf } from "../superLearnerWeights.js";
import type { WeightMethod } from "../weights/methods.js";

/** The pool of each row by weights that were found on the rows of other folds: `rows × classes`. */
export function crossFitted(held: HeldOut, method: WeightMethod, folds: readonly Fold[]): Float64Array {
  const { classes } = held;
  const pooled = new Float64Array(held.rows * classes);
  for (const { training, validation } of folds) {
    const { weights } = weightsOf(selectRows(held, training), method);
    const part = combine(selectRows(held, validation).columns, weights, method, classes);
    putRows(part, validation, classes, pooled);
  }
  return pooled;
}

/** Some of the rows, in the order given. */
export function selectRows(held: HeldOut, rows: Int32Array): HeldOut {
  const { classes, clusters } = held;
  return {
    ...held,
    rows: rows.length,
    columns: held.columns.map((column) => pickRows(column, rows, classes)),
    targets: pickRows(held.targets, rows, classes),
    weights: pickRows(held.weights, rows),
    clusters: clusters && rows.map((row) => clusters[row] as number),
  };
}
