import { duration, figure, plusMinus } from "./figures.js";
import { type ReportLearner, reportField, type TableReport } from "./tableReport.js";
import { bar, cut, oneLine, padded, pageWidth, table, widthOf, wrapped } from "./textLines.js";
import {
  dataSentence,
  foldsText,
  importanceSentence,
  lossWords,
  qualitySentences,
  taskSentence,
  wholeName,
} from "./words.js";

/** So many columns, and so many learners, are told one by one. */
const mostColumns = 10;
const mostLearners = 20;

/**
 * A report as text for a terminal of 80 columns: the task and why, warnings, the learners, how good the whole is in plain words,
 * and which columns matter.
 *
 * @throws ImagoError on what is no report
 */
export function reportText(report: TableReport): string {
  reportField.read("reportText", "report", report);
  const parts = [
    [...wrapped(taskSentence(report)), ...wrapped(dataSentence(report))],
    report.warnings.flatMap((warning) => wrapped(`Warning: ${warning}`, "", "  ")),
    learnerLines(report),
    qualitySentences(report).flatMap((sentence) => wrapped(sentence)),
    importanceLines(report),
    wrapped(settingsSentence(report)),
  ];
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
  // Where lines may end is settled.
  return `${text.replaceAll(/[\u00a0\u202f]/g, " ")}\n`;
}

function learnerLines({ learners, honest, absent }: TableReport): string[] {
  const fitted = sorted(learners.filter(({ risk }) => risk !== undefined));
  const shown = fitted.slice(0, mostLearners);
  const whole =
    honest === undefined ? [] : [[wholeName, plusMinus(honest.whole.risk, honest.whole.standardError)]];
  const rows = [
    [
      "learner",
      honest === undefined ? "risk" : `${lossWords[honest.loss]} ± se`,
      "more than all",
      "weight",
      "time",
    ],
    ...whole,
    ...shown.map(({ name, risk, difference, weight, seconds }) => [
      oneLine(name),
      plusMinus(risk?.risk, risk?.standardError),
      difference === undefined ? "" : plusMinus(difference.risk, difference.standardError),
      weight.toFixed(2),
      seconds === undefined ? "" : duration(seconds),
    ]),
  ];
  const more = fitted.length - shown.length;
  const out = learners.filter(({ risk }) => risk === undefined);
  return [
    ...(rows.length === 1 ? [] : table(rows)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...out.flatMap(({ name, reason }) => wrapped(`Left out: ${name}: ${reason}.`, "", "  ")),
    ...(honest === undefined && absent?.honest !== undefined
      ? wrapped(`There is no honest risk of the whole: ${absent.honest}.`)
      : []),
  ];
}

/** The best first. */
const sorted = (learners: readonly ReportLearner[]): readonly ReportLearner[] =>
  learners.toSorted((a, b) => (a.risk?.risk ?? 0) - (b.risk?.risk ?? 0));

function importanceLines(report: TableReport): string[] {
  const { importance } = report;
  const said = wrapped(`What matters. ${importanceSentence(report)}`);
  if (importance === undefined || importance.columns.length === 0) return said;
  const columns = importance.columns.slice(0, mostColumns);
  const reach = Math.max(0, ...columns.map((column) => column.importance));
  const figures = columns.map((column) => plusMinus(column.importance, column.standardError));
  const figureWidth = Math.max(...figures.map(widthOf));
  const names = columns.map(({ name }) => cut(oneLine(name), 28));
  const nameWidth = Math.max(...names.map(widthOf));
  const room = Math.min(40, pageWidth - nameWidth - figureWidth - 4);
  const lines = columns.map(
    ({ importance: own }, place) =>
      `${padded(names[place] as string, nameWidth)}  ${padded(figures[place] as string, figureWidth, "right")}  ${bar(reach > 0 ? own / reach : 0, room)}`,
  );
  const more = importance.columns.length - columns.length;
  return [
    ...said,
    ...lines.map((line) => line.trimEnd()),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...importance.groups
      .slice(0, 3)
      .flatMap(({ names: own, importance: value, standardError, association }) =>
        wrapped(
          `Together ${plusMinus(value, standardError)}: ${own.map(oneLine).join(", ")}. They tell much of each other (${figure(association, 2)} of 1), so each alone looks less important.`,
          "",
          "  ",
        ),
      ),
  ];
}

function settingsSentence({ settings, learners, date, versions }: TableReport): string {
  const { seed, minutes, seconds } = settings;
  const allowed = minutes === undefined ? "" : ` of ${figure(minutes)} min allowed`;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const tried = learners.filter(({ risk }) => risk !== undefined).length;
  const some = tried === learners.length || tried === 0 ? "" : `${tried} of `;
  return `${some}${learners.length} learners by ${foldsText(settings)} folds, seed ${seed}, in ${duration(seconds)}${allowed}. ${[date, ...programs].join(", ")}. Errors (± se) are approximate and hold the fitted models fixed.`;
}
