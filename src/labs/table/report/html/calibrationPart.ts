import type { Calibration, CalibrationCurve } from "../../insight/calibration.js";
import { counted, figure, percent, plusMinus } from "../figures.js";
import type { TableReport } from "../tableReport.js";
import { absentSection, folded, safe, safeShort, section, table } from "./parts.js";
import { dot, figureOf, line, plotScale, plotSvg } from "./plot.js";

const mostCurves = 9;

/** Whether probabilities are shares. */
export function calibrationPart(report: TableReport): string {
  const { calibration, absent, task } = report;
  const title = "Are the probabilities right?";
  if (task === "regression") return "";
  if (calibration === undefined) return absentSection("calibration", title, absent?.calibration);
  const curves = chosen(report, calibration);
  const how = `${counted(calibration.rows, "held-out row")} in bins of equal count by their probability. Where points lie on the dashed line, of rows that are given 30 % so many do come so. Points below it at the right mean that the model is too sure. Lines are 95 % intervals (Wilson): one in twenty misses the line by chance.`;
  return section(
    "calibration",
    title,
    how,
    `<div class="plots">${curves.map((curve) => figureOf(safeShort(nameOf(report, curve), 44), curvePlot(report, curve))).join("\n")}</div>` +
      scoresTable(calibration) +
      folded("The same as tables", curves.map((curve) => binsTable(report, curve)).join("")),
  );
}

/** Of many classes the most frequent. */
function chosen({ levels = [] }: TableReport, { curves }: Calibration): readonly CalibrationCurve[] {
  const rowsOf = (curve: CalibrationCurve): number =>
    curve.class === undefined ? Number.POSITIVE_INFINITY : (levels[curve.class]?.rows ?? 0);
  const kept = new Set(curves.toSorted((a, b) => rowsOf(b) - rowsOf(a)).slice(0, mostCurves));
  return curves.filter((curve) => kept.has(curve));
}

const nameOf = ({ levels = [] }: TableReport, curve: CalibrationCurve): string =>
  curve.class === undefined ? "the class it chooses" : (levels[curve.class]?.name ?? `class ${curve.class}`);

function curvePlot(report: TableReport, curve: CalibrationCurve): string {
  const scale = plotScale(0, 1);
  const name = nameOf(report, curve);
  return plotSvg({
    title: `Calibration of ${name}; the figures are in the table below`,
    height: 290,
    x: { scale, label: "probability that it was given" },
    y: { scale, label: "share that came so" },
    marks: [
      line(
        [
          [0, 0],
          [1, 1],
        ],
        "ideal",
      ),
      ...curve.bins.map(({ predicted, low, high }) =>
        line(
          [
            [predicted, low],
            [predicted, high],
          ],
          "whisker",
        ),
      ),
      line(
        curve.bins.map(({ predicted, share }) => [predicted, share] as const),
        "mean thin",
      ),
      ...curve.bins.map(({ predicted, share, rows, low, high }) =>
        dot(
          [predicted, share],
          "d0",
          4,
          `given ${percent(predicted)}\ncame ${percent(share)} (${percent(low)} to ${percent(high)})\n${counted(rows, "row")}`,
        ),
      ),
    ],
  });
}

function binsTable(report: TableReport, curve: CalibrationCurve): string {
  const head = ["given, mean", "came", "95 % from", "to", "rows"].map((text, place) => ({
    text,
    isFigure: place > 0,
  }));
  const rows = curve.bins.map(({ predicted, share, low, high, rows: count }) => ({
    cells: [percent(predicted), percent(share), percent(low), percent(high), String(count)],
  }));
  return table(`Calibration of ${nameOf(report, curve)}`, head, rows);
}

function scoresTable({ logLoss, brier, error, tempered }: Calibration): string {
  const head = [
    { text: "" },
    { text: "log loss ± se", isFigure: true },
    { text: "Brier ± se", isFigure: true },
    { text: "calibration error", isFigure: true },
  ];
  const rows = [
    {
      cells: [
        "as they are",
        plusMinus(logLoss.risk, logLoss.standardError),
        plusMinus(brier.risk, brier.standardError),
        percent(error),
      ],
    },
  ];
  if (tempered === undefined) return table("Scores of the probabilities", head, rows, "narrow");
  const mended = {
    cells: [
      `at a temperature of ${figure(tempered.temperature)}`,
      plusMinus(tempered.logLoss.risk, tempered.logLoss.standardError),
      plusMinus(tempered.brier.risk, tempered.brier.standardError),
      "",
    ],
  };
  return `${table("Scores of the probabilities", head, [...rows, mended], "narrow")}<p class="soft how under">A temperature above 1 makes probabilities less sure, one below 1 surer. It changes the log loss by ${safe(plusMinus(tempered.difference.risk, tempered.difference.standardError))}, each row judged at a temperature from other rows.</p>`;
}
