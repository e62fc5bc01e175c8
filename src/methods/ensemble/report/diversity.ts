import { dot } from "../../learners/linear/dot.js";
import type { HeldOut } from "../heldOut.js";
import { type RowRisk, rowLosses } from "../losses.js";

/** A figure of each pair of members: `[members][members]`. */
export type PairTable = readonly (readonly number[])[];

/**
 * Correlations between members' errors: of residuals for numbers, of the rows' losses for classes. The variance of a mean of
 * L members is (1 + (L − 1) ρ) σ² / L: what they have in common does not go away.
 *
 * @returns `[members][members]`; NaN beside a member whose errors are all alike
 */
export function errorCorrelations(held: HeldOut, loss: RowRisk): number[][] {
  const { weights } = held;
  const errors = held.columns.map((column) =>
    held.task === "regression"
      ? column.map((value, row) => value - (held.targets[row] as number))
      : rowLosses(held, column, loss),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centred = errors.map((own) => {
    const mean = own.reduce((sum, value, row) => sum + value * (weights[row] as number), 0) / total;
    return own.map((value, row) => (value - mean) * Math.sqrt(weights[row] as number));
  });
  const norms = centred.map((own) => Math.sqrt(dot(own, own)));
  return pairs(centred.length, (i, j) =>
    i === j
      ? 1
      : dot(centred[i] as Float64Array, centred[j] as Float64Array) /
        ((norms[i] as number) * (norms[j] as number)),
  );
}

/** How members' mistakes go together, for classes. */
export interface MistakePairs {
  /** Share of rows that one of the two has right and the other wrong. */
  readonly disagreement: PairTable;
  /** Share of rows that both have wrong. */
  readonly doubleFault: PairTable;
  /** Yule's Q: 1 where they err together, 0 where by chance, −1 where one's mistakes are the other's rights; NaN for 0/0. */
  readonly yuleQ: PairTable;
}

/** With N11 rows that both have right, N00 both wrong, and N10, N01 one of them, counted by their weights. */
export function mistakePairs(held: HeldOut): MistakePairs {
  const { columns, weights, rows } = held;
  const right = columns.map((column) => Array.from({ length: rows }, (_, row) => isRight(held, column, row)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counted = (i: number, j: number) => {
    const counts = { both: 0, first: 0, second: 0, none: 0 };
    for (let row = 0; row < rows; row++) {
      const [a, b] = [right[i]?.[row], right[j]?.[row]];
      const key = a && b ? "both" : a ? "first" : b ? "second" : "none";
      counts[key] += weights[row] as number;
    }
    return counts;
  };
  const tables = pairs(columns.length, counted);
  const each = (of: (counts: ReturnType<typeof counted>) => number): number[][] =>
    tables.map((row) => row.map(of));
  return {
    disagreement: each(({ first, second }) => (first + second) / total),
    doubleFault: each(({ none }) => none / total),
    yuleQ: each(({ both, none, first, second }) => {
      const [together, apart] = [both * none, first * second];
      return together + apart === 0 ? Number.NaN : (together - apart) / (together + apart);
    }),
  };
}

function isRight({ classes, targets }: HeldOut, column: Float64Array, row: number): boolean {
  if (classes === 1) return (column[row] as number) >= 0.5 === (targets[row] as number) >= 0.5;
  const likeliest = (values: Float64Array): number => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  };
  return likeliest(column) === likeliest(targets);
}

/**
 * The ambiguity of members (Krogh and Vedelsby 1995): the mean over rows of (p_l − mean)² over members and, for classes,
 * summed over these. By so much the squared error of the mean is less than the mean of theirs.
 */
export function ambiguityOf({ columns, weights, classes }: HeldOut, mean: Float64Array): number {
  let sum = 0;
  for (const column of columns) {
    for (let i = 0; i < mean.length; i++) {
      sum +=
        (weights[Math.floor(i / classes)] as number) * ((column[i] as number) - (mean[i] as number)) ** 2;
    }
  }
  return sum / columns.length / weights.reduce((all, weight) => all + weight, 0);
}

/** The mean over pairs of two members, without those that are NaN; NaN where there are none. */
export function meanOfPairs(table: PairTable): number {
  const values = table.flatMap((row, i) => row.filter((value, j) => j > i && !Number.isNaN(value)));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pairs<T>(count: number, of: (i: number, j: number) => T): T[][] {
  return Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => of(i, j)));
}
