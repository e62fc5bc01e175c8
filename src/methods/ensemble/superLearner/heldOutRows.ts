import { Tensor } from "../../../engine/tensor/tensor.js";
import { type HeldOut, heldOutOfNamed } from "../heldOut.js";
import { pickRows } from "../rows.js";
import type { Rows } from "./crossPredict.js";

/** Predictions of rows by learners that had not seen them. */
export interface HeldOutColumns {
  readonly names: readonly string[];
  /** For each learner those of all rows, `rows × width`. */
  readonly columns: readonly Float64Array[];
  /** 1 for numbers; of classes as many, or 1 for two of which the second alone is given. */
  readonly width: number;
  /** The rows that have predictions, in rising order. */
  readonly rows: Int32Array;
  /** Of all rows, as far as they may not be torn. Default: each by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
}

/** The rows of which there are predictions, in the form that weights are found from. */
export function heldOutRows(
  { y, weights, classes }: Rows,
  { names, columns, width, rows, ids }: HeldOutColumns,
): HeldOut {
  const z = names.map((name, index) => {
    const own = pickRows(columns[index] as Float64Array, rows, width);
    return [name, new Tensor("float64", width === 1 ? [rows.length] : [rows.length, width], own)] as const;
  });
  const pick = (values: Float64Array): Tensor => new Tensor("float64", [rows.length], pickRows(values, rows));
  const own = ids && Array.from(rows, (row) => ids[row] as number | string);
  return heldOutOfNamed(z, pick(y), weights && pick(weights), classes === 2, { ids: own });
}
