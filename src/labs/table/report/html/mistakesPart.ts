import type { Mistake } from "../../insight/worstMistakes.js";
import { figure, percent } from "../figures.js";
import type { TableReport } from "../tableReport.js";
import { absentSection, type Head, safeShort, section, table } from "./parts.js";

/** So many columns are shown of each row, the most important first. */
const mostColumns = 12;

/** Rows that cost most. */
export function mistakesPart(report: TableReport): string {
  const { mistakes, absent } = report;
  const title = "The worst mistakes";
  if (mistakes === undefined || mistakes.length === 0)
    return absentSection("mistakes", title, absent?.mistakes);
  const shown = shownColumns(report);
  const isNumber = report.task === "regression";
  const head: Head[] = [
    { text: "line" },
    { text: "true", isFigure: isNumber },
    { text: "predicted", isFigure: isNumber },
    ...(isNumber ? [{ text: "off by", isFigure: true }] : [{ text: "true class was given", isFigure: true }]),
    ...shown.map((j) => ({
      text: report.columns[j]?.name ?? "",
      isFigure: report.columns[j]?.kind === "number",
    })),
  ];
  const rows = mistakes.map((mistake) => ({
    cells: [String(mistake.line), ...answers(mistake), ...shown.map((j) => cell(mistake.cells[j]))],
  }));
  const fewer =
    shown.length < report.columns.length
      ? ` Of the columns the ${shown.length} most important are shown.`
      : "";
  return section(
    "mistakes",
    title,
    `Held-out rows with the largest losses, by their lines in the file. They show wrong entries as often as they show what the model cannot do: look at them before anything else.${fewer}`,
    table("Rows with the largest losses", head, rows),
  );
}

function shownColumns({ columns, importance }: TableReport): number[] {
  const all = columns.map((_, j) => j);
  if (all.length <= mostColumns) return all;
  const first = importance?.columns.map(({ column }) => column) ?? [];
  return [...new Set([...first, ...all])].slice(0, mostColumns);
}

function answers({ truth, predicted, probability, truthProbability }: Mistake): string[] {
  if (typeof truth === "number" && typeof predicted === "number") {
    const off = predicted - truth;
    return [figure(truth, 4), figure(predicted, 4), `${off > 0 ? "+" : ""}${figure(off, 3)}`];
  }
  const sure = probability === undefined ? "" : ` <span class="soft">${percent(probability)}</span>`;
  return [
    safeShort(String(truth), 30),
    safeShort(String(predicted), 30) + sure,
    truthProbability === undefined ? "" : percent(truthProbability),
  ];
}

const cell = (text: string | undefined): string =>
  text === undefined || text === "" ? '<span class="none">missing</span>' : safeShort(text, 30);
