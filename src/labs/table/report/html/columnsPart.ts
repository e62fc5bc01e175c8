import { counted, duration, figure, grouped, percent } from "../figures.js";
import type { ReportColumn, TableReport } from "../tableReport.js";
import { foldsText } from "../words.js";
import { folded, safe, safeShort, section, table } from "./parts.js";

const mostShown = 40;

const kindWords = {
  number: "number",
  category: "category",
  date: "date",
  text: "text",
  picture: "picture",
} as const;

/** What each column was taken for, and what was left out. */
export function columnsPart(report: TableReport): string {
  const { columns, droppedColumns, rows, droppedRows, levels } = report;
  const head = [{ text: "column" }, { text: "kind" }, { text: "missing", isFigure: true }, { text: "why" }];
  const rowOf = ({ name, kind, why, missing }: ReportColumn) => ({
    cells: [
      safeShort(name, 40),
      kindWords[kind],
      missing === 0 ? "" : `${grouped(missing)} <span class="soft">${percent(missing / rows)}</span>`,
      safe(why),
    ],
  });
  const first = columns.slice(0, mostShown).map(rowOf);
  const rest = columns.slice(mostShown).map(rowOf);
  const body = [
    table("Columns that were learnt from", head, first),
    rest.length === 0 ? "" : folded(`The other ${rest.length}`, table("More columns", head, rest)),
    droppedColumns.length === 0
      ? ""
      : `<h3 class="under">Left out</h3>${listOf(droppedColumns.map(({ name, why }) => `<b>${safeShort(name, 60)}</b>: ${safe(why)}`))}`,
    droppedRows.length === 0
      ? ""
      : `<h3 class="under">Rows left out</h3>${listOf(droppedRows.map(({ rows: count, why }) => `${counted(count, "row")} ${safe(why)}`))}`,
    levels === undefined ? "" : classesOf(report),
  ];
  return section(
    "columns",
    "The data",
    "What each column was taken for decides what is learnt from it: if one is wrong here, say so and learn again.",
    body.join(""),
  );
}

const listOf = (entries: readonly string[]): string =>
  `<ul>${entries.map((entry) => `<li>${entry}</li>`).join("")}</ul>`;

function classesOf({ levels = [], target, rows }: TableReport): string {
  const head = [{ text: target }, { text: "rows", isFigure: true }, { text: "share", isFigure: true }];
  return `<h3 class="under">Classes</h3>${table(
    `Classes of ${target}`,
    head,
    levels.map(({ name, rows: own }) => ({
      cells: [safeShort(name, 60), grouped(own), percent(own / rows)],
    })),
    "narrow",
  )}`;
}

/** How it was made, so that it can be made again. */
export function makingPart({ settings, versions, date, learners }: TableReport): string {
  const { seed, minutes, seconds, more = {} } = settings;
  const facts: (readonly [string, string])[] = [
    ["made", date],
    ["seed", String(seed)],
    ["folds", foldsText(settings)],
    ["learners", String(learners.length)],
    ["time used", duration(seconds)],
    ...(minutes === undefined ? [] : [["time allowed", `${figure(minutes)} min`] as const]),
    ...Object.entries(more),
    ...Object.entries(versions),
  ];
  return section(
    "making",
    "How it was made",
    "Errors (± se) are approximate: rows of different folds are not independent, and the fitted models are held fixed.",
    `<dl class="facts">${facts.map(([name, value]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`).join("")}</dl>`,
  );
}
