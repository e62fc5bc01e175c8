import { toJsonNumber } from "../../engine/files/journal/jsonNumber.js";
import { csvCell } from "../../engine/formats/csvCell.js";
import { type FieldsOf, flag, list, oneOf, optional, readOptions, text } from "../../engine/options.js";
import { flatten } from "./compareRuns.js";
import { dirField, listRuns } from "./listRuns.js";
import { type RunRecord, readRun } from "./readRun.js";
import { idOf } from "./runFolder.js";
import type { RunSummary } from "./summary.js";

export interface ExportRunsOptions {
  /** The folder of all runs. Default: `"runs"`. */
  readonly dir?: string | undefined;
  /** Ids, or the beginnings of them. Default: all. */
  readonly runs?: readonly string[] | undefined;
  /** Default: "csv". */
  readonly format?: "csv" | "json" | undefined;
  /** Every point of every curve, in place of a line a run. Default: false. */
  readonly points?: boolean | undefined;
}

/** How {@link ExportRunsOptions} are read. */
export const exportFields = {
  dir: dirField,
  runs: optional(list(text(), "an array of texts")),
  format: oneOf(["csv", "json"], "csv"),
  points: flag(false, { help: "every point of every curve, in place of a line a run" }),
} satisfies FieldsOf<ExportRunsOptions>;

/**
 * Runs as other programs read them: a table with a line for each run, or with `points` one for each point of each curve.
 *
 * @returns the text of the file
 * @throws ImagoError when one cannot be read
 */
export async function exportRuns(options: ExportRunsOptions = {}): Promise<string> {
  const { dir, runs, format, points } = readOptions("exportRuns", options, exportFields);
  const listed = await listRuns({ dir });
  const wanted = runs?.map((run) => idOf("exportRuns", dir, run));
  const summaries = wanted === undefined ? listed : listed.filter(({ id }) => wanted.includes(id));
  if (!points) return format === "json" ? json(summaries) : summaryTable(summaries);
  const records: RunRecord[] = [];
  for (const { id } of summaries) records.push(await readRun(id, { dir, points: Number.POSITIVE_INFINITY }));
  if (format === "csv") return pointsTable(records);
  return json(records.map(({ summary, curves, texts }) => ({ ...summary, curves, texts })));
}

function json(values: readonly object[]): string {
  return `${JSON.stringify(values, (_, value) => (typeof value === "number" ? toJsonNumber(value) : value), 2)}\n`;
}

function pointsTable(records: readonly RunRecord[]): string {
  const rows = records.flatMap(({ summary, curves }) =>
    Object.entries(curves).flatMap(([name, { steps, values }]) =>
      steps.map((step, index) => [summary.id, name, step, values[index]]),
    ),
  );
  return csv([["run", "figure", "step", "value"], ...rows]);
}

function summaryTable(summaries: readonly RunSummary[]): string {
  const flat = summaries.map(({ process: _, ...summary }) => flatten(summary));
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return csv([names, ...flat.map((one) => names.map((name) => one.get(name)))]);
}

/** Lines as RFC 4180 has them. */
function csv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: unknown): string {
  return csvCell(Array.isArray(value) ? value.map(String).join(" ") : value);
}
