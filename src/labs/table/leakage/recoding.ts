import type { TableColumn } from "../table.js";
import type { LeakageTarget } from "./leakageTarget.js";

/** Rows that must have a number for two columns to be called equal. */
const fewestRows = 10;

/** Whether a column has the target's own values wherever it has any. */
export function isEqual(column: TableColumn, values: Float64Array, { y, classes }: LeakageTarget): boolean {
  const expected = classes === undefined ? undefined : valuesOf(column, classes);
  if (column.kind === "category" && expected === undefined) return false;
  let present = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    if (value !== (expected === undefined ? y[i] : expected[y[i]!])) return false;
    present++;
  }
  return present >= fewestRows;
}

/** What a column has where it has the text of a class. */
function valuesOf(column: TableColumn, classes: readonly string[]): readonly number[] {
  if (column.kind === "category") return classes.map((text) => column.levels.indexOf(text));
  return classes.map((text) => (text === "" ? Number.NaN : Number(text)));
}

/**
 * Whether each value of a column goes with one value of the target and the other way round; what is missing is a value too. Both
 * must repeat their values, at least twice on average: columns of numbers that never recur could be said to recode each other.
 *
 * @param distinct how many different values each has
 */
export function isRecoding(
  values: Float64Array,
  y: Float64Array,
  distinct: { readonly values: number; readonly y: number },
): boolean {
  if (distinct.values < 2 || Math.max(distinct.values, distinct.y) > values.length / 2) return false;
  const forth = new Map<number, number>();
  const back = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const [one, other] = [values[i]!, y[i]!];
    const known = forth.get(one);
    if (known === undefined) {
      if (back.has(other)) return false;
      forth.set(one, other);
      back.set(other, one);
    } else if (known !== other) return false;
  }
  return true;
}
