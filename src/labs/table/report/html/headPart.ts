import type { ClassScores, NumberScores } from "../../insight/scores.js";
import { counted, duration, figure, gap, grouped, percent, plusMinus } from "../figures.js";
import type { TableReport } from "../tableReport.js";
import { dataSentence, mostFrequent, qualitySentences, taskSentence } from "../words.js";
import { safe } from "./parts.js";

/** Name, task, how good it is in words and in a few figures, and where to read on. */
export function headPart(report: TableReport, contents: readonly (readonly [string, string])[]): string {
  const [first = "", ...more] = qualitySentences(report);
  const links = contents.map(([id, title]) => `<a href="#${id}">${title}</a>`);
  return `<header><h1>${safe(report.target)}, from ${safe(report.name)}</h1>
<p class="soft">${safe(taskSentence(report))} ${safe(dataSentence(report))}</p>
<p class="lead">${safe(first)}</p>${more.length === 0 ? "" : `<p>${safe(more.join(" "))}</p>`}
<dl class="tiles">${tilesOf(report).map(tile).join("")}</dl>
<nav aria-label="Parts of this page">${links.join("")}</nav></header>`;
}

/** What is to be known before anything is believed. */
export function warningsPart({ warnings }: TableReport): string {
  if (warnings.length === 0) return "";
  const title = `${counted(warnings.length, "warning")}: read ${warnings.length === 1 ? "this" : "these"} first`;
  return `<section class="warnings" id="warnings"><h2>${title}</h2><ul>${warnings
    .map((warning) => `<li>${safe(warning)}</li>`)
    .join("")}</ul></section>`;
}

type Tile = readonly [name: string, value: string, beside?: string];

/** A tile is narrow: there a figure breaks before its error, and never within a number. */
const broken = (value: string): string => value.replaceAll(`${gap}±`, " ±");

const tile = ([name, value, beside = ""]: Tile): string =>
  `<div><dt>${safe(name)}</dt><dd>${safe(broken(value))}${beside === "" ? "" : `<small>${safe(beside)}</small>`}</dd></div>`;

function tilesOf(report: TableReport): Tile[] {
  const { scores, rows, columns, learners, settings } = report;
  const own =
    scores === undefined ? [] : scores.kind === "numbers" ? numberTiles(scores) : classTiles(report, scores);
  const counting = learners.filter(({ weight }) => weight > 0).length;
  return [
    ...own,
    ["rows", grouped(rows), `${grouped(columns.length)} columns`],
    ["learners", `${counting} of ${learners.length}`, `in ${duration(settings.seconds)}`],
  ];
}

function numberTiles({ rmse, mae, r2, baseline }: NumberScores): Tile[] {
  return [
    [
      "root mean squared error",
      plusMinus(rmse.value, rmse.standardError),
      `the mean: ${figure(baseline.rmse.value)}`,
    ],
    ...(r2 === undefined
      ? []
      : [["R²", plusMinus(r2.value, r2.standardError), "the mean: 0, perfect: 1"] as const]),
    [
      "mean absolute error",
      plusMinus(mae.value, mae.standardError),
      `the mean: ${figure(baseline.mae.value)}`,
    ],
  ];
}

function classTiles(report: TableReport, { accuracy, logLoss, brier, auc, baseline }: ClassScores): Tile[] {
  const most = mostFrequent(report);
  return [
    [
      "accuracy",
      percent(accuracy.value, accuracy.standardError),
      most === undefined ? "" : `${most.name} always: ${percent(most.share)}`,
    ],
    [
      "log loss",
      plusMinus(logLoss.value, logLoss.standardError),
      `the classes' shares: ${figure(baseline.logLoss.value)}`,
    ],
    ...(auc === undefined
      ? []
      : [
          [
            "area under the curve",
            plusMinus(auc.value, auc.standardError),
            "chance: 0.5, perfect: 1",
          ] as const,
        ]),
    [
      "Brier score",
      plusMinus(brier.value, brier.standardError),
      `the classes' shares: ${figure(baseline.brier.value)}`,
    ],
  ];
}
