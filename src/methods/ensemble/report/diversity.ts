import type { HeldOut } from "../heldOut.js";
import { type RowRisk, rowLosses } from "../losses.js";

/**
 * Correlations between members' errors: of residuals for numbers, of the rows' losses for classes. The variance of a mean of
 * L members is (1 + (L − 1) ρ) σ² / L: what they have in common does not go away.
 *
 * @returns `[members][members]`; NaN beside a member whose errors are all alike
 */
export function errorCorrelations(held: HeldOut, loss: RowRisk): number[][] {
  const errors = held.columns.map((column) =>
    held.task === "regression"
      ? column.map((value, row) => value - (held.targets[row] as number))
      : rowLosses(held, column, loss),
  );
  const centred = errors.map((own) => {
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return own.map((value) => value - mean);
  });
  const norms = centred.map((own) => Math.sqrt(dot(own, own)));
  return centred.map((a, i) =>
    centred.map((b, j) => (i === j ? 1 : dot(a, b) / ((norms[i] as number) * (norms[j] as number)))),
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
