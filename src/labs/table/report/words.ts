import type { ClassScores, NumberScores, Score } from "../insight/scores.js";
import { counted, figure, percent, plusMinus } from "./figures.js";
import type { ReportRisks, ReportSettings, TableReport } from "./tableReport.js";

/** What losses are called. */
export const lossWords = { squaredError: "squared error", logLikelihood: "log loss" } as const;

/** What the whole is called beside its learners. */
export const wholeName = "super learner (all of it)";

/** A difference counts from so many standard errors. */
const clear = 2;
/** Fewer rows say little, and least of all how little. */
const fewRows = 50;

/** What is predicted, and why so. */
export function taskSentence({ task, target, levels, reason }: TableReport): string {
  const what =
    task === "regression"
      ? `the number ${target}`
      : `which of ${task === "binary" ? "two" : (levels?.length ?? "several")} classes ${target} is`;
  return `Predicting ${what}: ${reason}.`;
}

/** What it was learnt from. */
export function dataSentence({ name, rows, droppedRows, columns, droppedColumns }: TableReport): string {
  const out = droppedRows.reduce((sum, dropped) => sum + dropped.rows, 0);
  const why = droppedRows.map((dropped) => `${dropped.rows} ${dropped.why}`).join(", ");
  const less = out === 0 ? "" : ` (${out} left out: ${why})`;
  const fewer = droppedColumns.length === 0 ? "" : ` (${droppedColumns.length} left out)`;
  return `Learnt from ${counted(rows, "row")}${less} and ${counted(columns.length, "column")}${fewer} of ${name}.`;
}

/** How good it is, in plain words: sentences, or why nothing can be said. */
export function qualitySentences(report: TableReport): string[] {
  const { scores, honest, absent, rows } = report;
  const few =
    rows < fewRows ? [`${counted(rows, "row")} are few: take all errors here as guesses themselves.`] : [];
  const own = scores === undefined ? [] : scoreSentences(report, scores);
  const risks = honest === undefined ? [] : riskSentences(honest);
  const why = absent?.honest ?? absent?.scores;
  const nothing =
    own.length + risks.length > 0
      ? []
      : [`How good it is on rows that it has not seen is not known${why === undefined ? "" : `: ${why}`}.`];
  return [...own, ...risks, ...distilledSentences(report), ...nothing, ...few];
}

function scoreSentences(report: TableReport, scores: NumberScores | ClassScores): string[] {
  return scores.kind === "numbers" ? numberSentences(report, scores) : classSentences(report, scores);
}

function numberSentences({ target, residuals }: TableReport, { rmse, r2, baseline }: NumberScores): string[] {
  const off = `On rows that it has not seen, predictions of ${target} are off by ${plusMinus(rmse.value, rmse.standardError)} (root mean square); always saying the mean would be off by ${figure(baseline.rmse.value)}.`;
  const halves = (level: number): number | undefined =>
    residuals?.quantiles.find((one) => one.level === level)?.halfWidth;
  const [half, most] = [halves(0.5), halves(0.9)];
  const reach =
    half === undefined || most === undefined
      ? []
      : [`Half of them are within ± ${figure(half)} of the truth, 90 % within ± ${figure(most)}.`];
  return [off, ...(r2 === undefined ? [] : [explained(r2)]), ...reach];
}

function explained({ value, standardError }: Score): string {
  const found = `R² ${plusMinus(value, standardError)}`;
  if (!(value > 0)) return `That is no better than the mean (${found}).`;
  if (!(value > clear * standardError)) return `That is hardly better than the mean, if at all (${found}).`;
  return `It explains ${percent(value)} of the variance (${found}).`;
}

/** The class that most rows are of, and their share. */
export function mostFrequent({
  levels = [],
}: TableReport): { readonly name: string; readonly share: number } | undefined {
  const [most] = levels.toSorted((a, b) => b.rows - a.rows);
  const rows = levels.reduce((sum, level) => sum + level.rows, 0);
  return most === undefined || rows === 0 ? undefined : { name: most.name, share: most.rows / rows };
}

function classSentences(report: TableReport, { accuracy, logLoss, auc, baseline }: ClassScores): string[] {
  const { target, calibration } = report;
  const most = mostFrequent(report);
  const always =
    most === undefined ? "" : `; always saying ${most.name} would be right in ${percent(most.share)}`;
  const area =
    auc === undefined
      ? ""
      : `; the area under the curve is ${plusMinus(auc.value, auc.standardError)}, where 0.5 is chance`;
  const sentences = [
    `On rows that it has not seen, its ${target} is right in ${percent(accuracy.value, accuracy.standardError)} of cases${always}.`,
    `Its probabilities have a log loss of ${plusMinus(logLoss.value, logLoss.standardError)}, against ${figure(baseline.logLoss.value)} of the classes' shares${area}.`,
  ];
  const tempered = calibration?.tempered;
  if (tempered === undefined) return sentences;
  const { temperature, difference } = tempered;
  if (!(difference.risk < -clear * difference.standardError)) return sentences;
  const how = temperature > 1 ? "too sure" : "not sure enough";
  return [
    ...sentences,
    `They are ${how}: at a temperature of ${figure(temperature)} the log loss changes by ${plusMinus(difference.risk, difference.standardError)}.`,
  ];
}

function riskSentences({ loss, mean, single }: ReportRisks): string[] {
  const unit = lossWords[loss];
  const versusMean = verdict(mean.difference, mean.differenceError);
  const difference = plusMinus(mean.difference, mean.differenceError);
  const plain = loss === "squaredError" ? "always saying the mean" : "always giving the classes' shares";
  const always = `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
  const less = plusMinus(-mean.difference, mean.differenceError);
  const first =
    versusMean === "better"
      ? `${always} would cost ${difference} more ${unit} a row, so the columns do tell something.`
      : versusMean === "worse"
        ? `It is worse than ${plain}, which costs ${less} less ${unit} a row: do not use it.`
        : `That it is better than ${plain} is not certain: ${plain} would cost ${difference} more ${unit} a row.`;
  return [first, ...(single === undefined ? [] : [singleSentence(single, unit)])];
}

function singleSentence(
  { name, difference, differenceError }: NonNullable<ReportRisks["single"]>,
  unit: string,
): string {
  const cost = `${plusMinus(Math.abs(difference), differenceError)} ${difference < 0 ? "less" : "more"} ${unit} a row`;
  const said = verdict(difference, differenceError);
  if (said === "better") return `It is better than its best learner alone, ${name}, which costs ${cost}.`;
  if (said === "worse") return `Its best learner alone, ${name}, is better: it costs ${cost}.`;
  return `Its best learner alone, ${name}, is as good as far as one can tell: it costs ${cost}.`;
}

/** Of the whole against something that costs so much more. */
function verdict(difference: number, error: number): "better" | "worse" | "open" {
  if (difference > clear * error) return "better";
  return difference < -clear * error ? "worse" : "open";
}

/** How importance was found, as far as it is to be known. */
export function importanceSentence({ importance, absent }: TableReport): string {
  if (importance === undefined || importance.columns.length === 0) {
    const why =
      absent?.importance ?? (importance?.endedEarly === true ? "there was no time left" : undefined);
    return `Which columns matter is not known${why === undefined ? "" : `: ${why}`}.`;
  }
  const { loss, rows, heldOutRows, repeats, endedEarly, unknown } = importance;
  const drawn = rows < heldOutRows ? ` drawn from ${counted(heldOutRows, "row")}` : "";
  const least = Math.min(...importance.columns.map((column) => column.repeats));
  const early =
    endedEarly && least < repeats ? ` Time ended after ${counted(least, "repeat")} of ${repeats}.` : "";
  const missed = unknown.length === 0 ? "" : ` There was no time for ${counted(unknown.length, "column")}.`;
  return `By how much the ${lossWords[loss]}, ${figure(importance.risk)} a row, rises where a column's cells change places among ${counted(rows, "held-out row")}${drawn}.${early}${missed}`;
}

/** What the small network costs beside the whole; nothing where none was asked for. */
function distilledSentences({ distilled, honest }: TableReport): string[] {
  if (distilled === undefined) return [];
  const { risk, difference, epochs } = distilled;
  if (risk === undefined || difference === undefined || honest === undefined)
    return ["There was no time to judge the distilled network on rows that it had not seen."];
  const loss = lossWords[honest.loss];
  const apart = Math.abs(difference.risk) < clear * difference.standardError;
  const verdict = apart
    ? "which may be chance"
    : difference.risk > 0
      ? "so the whole is better"
      : "so it is better than the whole";
  return [
    `The distilled network, taught in ${counted(epochs, "epoch")}, has a ${loss} of ${plusMinus(risk.risk, risk.standardError)} where the whole has ${plusMinus(honest.whole.risk, honest.whole.standardError)}: ${plusMinus(difference.risk, difference.standardError)} more row by row, ${verdict}.`,
  ];
}

/** How rows were divided: "5", or "3 × 5" where that was done three times. */
export const foldsText = ({ folds, divisions = 1 }: ReportSettings): string =>
  divisions === 1 ? String(folds) : `${divisions} × ${folds}`;
