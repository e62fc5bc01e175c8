import { combine } from "../combine.js";
import type { Fold } from "../folds/folds.js";
import { type HeldOut, selectHeldOut } from "../heldOut.js";
import { putRows } from "../rows.js";
import { weightsOf } from "../superLearnerWeights.js";
import type { WeightMethod } from "../weights/methods.js";

/** The pool of each row by weights that were found on the rows of other folds: `rows × classes`. */
export function crossFitted(held: HeldOut, method: WeightMethod, folds: readonly Fold[]): Float64Array {
  const { classes } = held;
  const pooled = new Float64Array(held.rows * classes);
  for (const { training, validation } of folds) {
    const { weights } = weightsOf(selectHeldOut(held, training), method);
    const part = combine(selectHeldOut(held, validation).columns, weights, method, classes);
    putRows(part, validation, classes, pooled);
  }
  return pooled;
}
