import type { PoolLossSpec } from "../weights/poolLoss.js";

/** Cells in columns, the first to the left, the others to the right. */
export function tableText(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** Four digits that count, or a dash where there is no such figure. */
export function figure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "–" : value.toPrecision(4);
}

/** What a loss is called, whatever it was given as. */
export function lossLabel(loss: PoolLossSpec): string {
  if (typeof loss === "function") return "loss";
  const name = typeof loss === "string" ? loss : loss.name;
  return (lossNames as Readonly<Record<string, string>>)[name] ?? name;
}

/** What losses are called. */
export const lossNames = {
  squaredError: "squared error",
  logLikelihood: "log loss",
  auc: "1 − AUC",
} as const;
