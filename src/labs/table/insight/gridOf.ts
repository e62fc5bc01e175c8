import type { TableColumn } from "../table.js";

/**
 * Values at which a column is looked at, in rising order for numbers and dates: all of a few, otherwise values at equal steps of
 * the share of rows, so that most of them lie where most rows do. Of categories the largest levels, the largest first.
 *
 * @param values of the column in all rows, NaN where missing
 * @returns nothing where all are missing
 */
export function gridOf(
  column: TableColumn,
  values: Float64Array,
  points: number,
  mostLevels: number,
): number[] {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (column.kind === "category") {
    const counts = new Map<number, number>();
    for (const level of known) counts.set(level, (counts.get(level) ?? 0) + 1);
    return [...counts]
      .toSorted(([a, own], [b, other]) => other - own || a - b)
      .map(([level]) => level)
      .slice(0, mostLevels);
  }
  const distinct = [...new Set(known)];
  if (distinct.length <= points) return distinct;
  const chosen = Array.from(
    { length: points },
    (_, place) => known[Math.floor(((place + 0.5) / points) * known.length)] as number,
  );
  return [...new Set(chosen)];
}
