import type { ColumnDependence } from "../../insight/partialDependence.js";
import { counted, figure, percent } from "../figures.js";
import type { TableReport } from "../tableReport.js";
import { dependencePlot, type Outputs, widestReach } from "./dependencePlot.js";
import { absentSection, folded, safe, safeShort, section, table } from "./parts.js";
import { figureOf } from "./plot.js";

/** Colours that can be told apart. */
const mostSeries = 8;

/** How predictions go with each of the important columns. */
export function dependencePart(report: TableReport): string {
  const { dependence, absent, target } = report;
  const title = "How predictions go with a column";
  if (dependence === undefined || dependence.columns.length === 0) {
    return absentSection("dependence", title, absent?.dependence);
  }
  const outputs = outputsOf(report);
  const reach = widestReach(dependence.columns, outputs);
  const pictures = dependence.columns.map((column) =>
    figureOf(safeShort(column.name, 44), dependencePlot(column, outputs, reach)),
  );
  const early = dependence.endedEarly ? " Time ended before all columns were done." : "";
  const thin =
    outputs.names.length > 1
      ? ""
      : " Grey lines are single rows, moved so that their mean is that of the blue line: where they cross or fan out, the column acts together with others.";
  const how = `The mean ${outputs.names.length > 1 ? "probability of each class" : safe(outputs.label)} over ${counted(dependence.rows, "row")} when the column has the same value in all of them and everything else stays as it is.${thin} Strokes at the foot stand where the values are: each of 20 has as many rows. Scales differ, but none is enlarged more than fourfold against another. It shows what the model does, not what would happen to ${safe(target)} if one changed the column; and of columns that belong together it asks about rows that may not exist.${early}`;
  return section(
    "dependence",
    title,
    how,
    legendOf(outputs) +
      `<div class="plots">${pictures.join("\n")}</div>` +
      folded("The same as tables", dependence.columns.map((column) => tableOf(column, outputs)).join("")),
  );
}

function outputsOf({ task, target, levels = [] }: TableReport): Outputs {
  const names = levels.map(({ name }) => name);
  if (task === "regression") return { names: [target], label: `prediction of ${target}`, shown: [0] };
  const [, second = "class 1"] = names;
  if (task === "binary") return { names: [second], label: `probability of ${second}`, shown: [0] };
  // The most frequent ones.
  const shown = names
    .map((_, k) => k)
    .toSorted((a, b) => (levels[b]?.rows ?? 0) - (levels[a]?.rows ?? 0))
    .slice(0, mostSeries)
    .toSorted((a, b) => a - b);
  return { names, label: "probability", shown };
}

function legendOf({ names, shown }: Outputs): string {
  if (names.length < 2) return "";
  const entries = shown.map(
    (k, place) => `<li><i class="k${place}"></i>${safeShort(names[k] ?? "", 40)}</li>`,
  );
  const more =
    names.length > shown.length ? `<li class="soft">and ${names.length - shown.length} rarer</li>` : "";
  return `<ul class="legend">${entries.join("")}${more}</ul>`;
}

function tableOf(column: ColumnDependence, { names, shown, label }: Outputs): string {
  const isShares = column.shares !== undefined;
  const heads = names.length > 1 ? shown.map((k) => names[k] ?? "") : [label];
  const head = [
    { text: column.name },
    ...(isShares ? [{ text: "rows", isFigure: true }] : []),
    ...heads.map((text) => ({ text, isFigure: true })),
  ];
  const rows = column.labels.map((text, point) => ({
    cells: [
      safeShort(text, 40),
      ...(isShares ? [percent(column.shares?.[point])] : []),
      ...shown.map((k) => figure(column.mean[point]?.[k])),
    ],
  }));
  return table(`Partial dependence on ${column.name}`, head, rows);
}
