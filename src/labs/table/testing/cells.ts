import { collectFacts, FactsCollector, type RowBatch } from "../columns/facts/collectFacts.js";
import type { ColumnFacts } from "../columns/facts/columnFacts.js";
import { type PlanOptions, planTable, type TablePlan } from "../planTable.js";

/** Columns of cells by their names. */
export type Cells = Readonly<Record<string, readonly string[]>>;

/** Rows in batches of some, numbered as a file's lines are below a header. */
export function batchesOf(cells: Cells, size = 7): RowBatch[] {
  const columns = Object.values(cells);
  const count = Math.max(...columns.map(({ length }) => length));
  const rows = Array.from({ length: count }, (_, i) => columns.map((column) => column[i] ?? ""));
  return Array.from({ length: Math.ceil(count / size) }, (_, batch) => ({
    rows: rows.slice(batch * size, (batch + 1) * size),
    lines: rows.slice(batch * size, (batch + 1) * size).map((_row, i) => batch * size + i + 2),
  }));
}

/** Facts of one column, the first cell on line 2. */
export function factsOf(cells: readonly string[], name = "a", mostDistinct?: number): ColumnFacts {
  const collector = new FactsCollector([name], { mostDistinct });
  for (const batch of batchesOf({ [name]: cells })) collector.add(batch);
  return collector.facts()[0] as ColumnFacts;
}

export async function planOf(cells: Cells, options: PlanOptions): Promise<TablePlan> {
  return planTable(await collectFacts(Object.keys(cells), batchesOf(cells)), options);
}

/** Some cells again and again, until there are so many. */
export function repeated(cells: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => cells[i % cells.length] as string);
}
