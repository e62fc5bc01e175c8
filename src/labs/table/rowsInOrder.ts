import type { ReadTable } from "./columns/build/tableBuilder.js";

/** The rows in the order of their times, of equal ones in that of the file; as they are where they have none. */
export function rowsInOrder(read: ReadTable): ReadTable {
  const { times } = read;
  if (times === undefined) return read;
  const order = Int32Array.from(times.keys()).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  );
  return rowsOfTable(read, order);
}

/** Some rows of a table with all that belongs to them, in the order given; their cells are not copied. */
export function rowsOfTable(read: ReadTable, rows: Int32Array): ReadTable {
  const { table, times, y, weights, groups } = read;
  const pick = (values: Float64Array | undefined): Float64Array | undefined =>
    values && Float64Array.from(rows, (row) => values[row] as number);
  return {
    ...read,
    table: {
      columns: table.columns,
      x: table.x.select({ rows }),
      lines: Int32Array.from(rows, (row) => table.lines[row] as number),
    },
    y: pick(y),
    weights: pick(weights),
    times: pick(times),
    groups: groups && Int32Array.from(rows, (row) => groups[row] as number),
  };
}
