import type { ColumnPlan } from "../../../labs/table/columns/decide/plan.js";
import type { TablePlan } from "../../../labs/table/planTable.js";
import { oneLine } from "../../../labs/table/report/textLines.js";
import { wrapped } from "../shell/output.js";

/** More columns than this are told by their kinds alone; the report has them all. */
const mostTold = 60;

/** What was made of each column, and why. */
export function columnLines({ target, columns }: TablePlan, width: number): string {
  const lines = [`Task: ${target.why}.`];
  if (columns.length > mostTold) lines.push(summary(columns));
  else lines.push(...columns.map((plan) => lineOf(plan)));
  return lines.map((line) => wrapped(line, width, "  ")).join("\n");
}

function lineOf(plan: ColumnPlan): string {
  const kind = plan.use ? plan.column.kind : "not used";
  return oneLine(`${plan.name}: ${kind}; ${plan.why}`);
}

function summary(columns: readonly ColumnPlan[]): string {
  const counts = new Map<string, number>();
  for (const plan of columns) {
    const kind = plan.use ? plan.column.kind : "not used";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return `Columns: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")}.`;
}
