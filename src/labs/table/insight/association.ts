import { ranksOf } from "../../../methods/numerics/ranks.js";
import type { TableColumn } from "../table.js";

/** A column made ready to be compared with others. */
export type Comparable =
  /** Ranks less their mean, NaN where missing. */
  | { readonly kind: "ranks"; readonly values: Float64Array }
  /** Numbers of levels, a missing cell being a level of its own. */
  | { readonly kind: "codes"; readonly codes: Int32Array; readonly levels: number };

/** Two columns are compared by no fewer rows. */
const leastRows = 10;

/** @param values of the column in some rows, NaN where missing */
export function comparable(column: TableColumn, values: Float64Array): Comparable {
  if (column.kind === "category") {
    const codes = Int32Array.from(values, (value) => (Number.isNaN(value) ? column.levels.length : value));
    return { kind: "codes", codes, levels: column.levels.length + 1 };
  }
  const known = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const ranks = ranksOf(Float64Array.from(known, (row) => values[row] as number));
  const centred = new Float64Array(values.length).fill(Number.NaN);
  known.forEach((row, place) => {
    centred[row] = (ranks[place] as number) - (known.length - 1) / 2;
  });
  return { kind: "ranks", values: centred };
}

/**
 * How much one column tells of another, from 0 to 1: |Spearman's ρ| of numbers and dates, Cramér's V of categories (less its
 * bias: Bergsma 2013), and between the two kinds the correlation ratio of ranks (ε, less its bias: Kelley 1935). 0 on
 * fewer than 10 rows, of which nearly anything is true.
 */
export function association(a: Comparable, b: Comparable): number {
  if (a.kind === "ranks") return b.kind === "ranks" ? Math.abs(spearman(a.values, b.values)) : ratio(b, a);
  return b.kind === "codes" ? cramersV(a, b) : ratio(a, b);
}

/** Over rows in which neither is missing; ranks are those among each column's own cells. */
function spearman(a: Float64Array, b: Float64Array): number {
  let [rows, sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i] as number, b[i] as number];
    if (Number.isNaN(u + v)) continue;
    rows++;
    sumA += u;
    sumB += v;
    squareA += u * u;
    squareB += v * v;
    product += u * v;
  }
  const spread = (squareA - sumA ** 2 / rows) * (squareB - sumB ** 2 / rows);
  return rows < leastRows || !(spread > 0) ? 0 : (product - (sumA * sumB) / rows) / Math.sqrt(spread);
}

type Codes = Extract<Comparable, { kind: "codes" }>;
type Ranks = Extract<Comparable, { kind: "ranks" }>;

function cramersV(a: Codes, b: Codes): number {
  const n = a.codes.length;
  if (n < leastRows) return 0;
  const table = new Map<number, number>();
  const [byA, byB] = [new Float64Array(a.levels), new Float64Array(b.levels)];
  for (let i = 0; i < n; i++) {
    const [u, v] = [a.codes[i] as number, b.codes[i] as number];
    const cell = u * b.levels + v;
    table.set(cell, (table.get(cell) ?? 0) + 1);
    byA[u] = (byA[u] as number) + 1;
    byB[v] = (byB[v] as number) + 1;
  }
  let share = -1;
  for (const [cell, count] of table) {
    share += count ** 2 / ((byA[Math.floor(cell / b.levels)] as number) * (byB[cell % b.levels] as number));
  }
  const count = (levels: Float64Array): number => levels.filter((own) => own > 0).length;
  const [k, r] = [count(byA), count(byB)];
  const corrected = (own: number): number => own - (own - 1) ** 2 / (n - 1);
  const least = Math.min(corrected(k), corrected(r)) - 1;
  const above = Math.max(0, share - ((k - 1) * (r - 1)) / (n - 1));
  return least > 0 ? Math.min(1, Math.sqrt(above / least)) : 0;
}

/** How much of the ranks' variance is between the levels. */
function ratio({ codes, levels }: Codes, { values }: Ranks): number {
  const [counts, sums] = [new Float64Array(levels), new Float64Array(levels)];
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const code = codes[i] as number;
    counts[code] = (counts[code] as number) + 1;
    sums[code] = (sums[code] as number) + value;
    n++;
    sum += value;
    squares += value * value;
  }
  const total = squares - sum ** 2 / n;
  const groups = counts.filter((count) => count > 0).length;
  if (n < leastRows || n <= groups || !(total > 0)) return 0;
  const between = sums.reduce(
    (all, own, code) => all + (own === 0 ? 0 : own ** 2 / (counts[code] as number)),
    0,
  );
  const within = squares - between;
  return Math.sqrt(Math.max(0, 1 - within / (n - groups) / (total / (n - 1))));
}
