import type { ReadTable } from "./columns/build/tableBuilder.js";

/** The rows in the order of their times, of equal ones in that of the file; as they are where they have none. */
export function rowsInOrder(read: ReadTable): ReadTable {
  const { table, times, y, weights, groups } = read;
  if (times === undefined) return read;
  const order = Int32Array.from(times.keys()).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  );
  const pick = (values: Float64Array | undefined): Float64Array | undefined =>
    values && Float64Array.from(order, (row) => values[row] as number);
  return {
    ...read,
    table: {
      columns: table.columns,
      x: table.x.select({ rows: order }),
      lines: Int32Array.from(order, (row) => table.lines[row] as number),
    },
    y: pick(y),
    weights: pick(weights),
    times: pick(times),
    groups: groups && Int32Array.from(order, (row) => groups[row] as number),
  };
}
