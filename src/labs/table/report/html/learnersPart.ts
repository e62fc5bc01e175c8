import type { Risk } from "../../../../methods/ensemble/risk.js";
import { type Scale, valueScale } from "../../../../methods/pages/scales.js";
import { duration, plusMinus } from "../figures.js";
import type { ReportLearner, TableReport } from "../tableReport.js";
import { lossWords, wholeName } from "../words.js";
import { type Head, pointCell, type Row, safe, safeShort, section, table } from "./parts.js";

/** Risks are put by their ratios where they spread so much; otherwise one bad one hides how the others differ. */
const logFrom = 4;

interface Line {
  readonly name: string;
  readonly risk: Risk | undefined;
  readonly difference?: Risk | undefined;
  readonly learner?: ReportLearner | undefined;
  readonly reason?: string | undefined;
}

/** The whole, what it is to beat, and each learner: risks on rows that they had not seen. */
export function learnersPart(report: TableReport): string {
  const { honest, learners, absent } = report;
  if (learners.length === 0) return "";
  const loss = honest === undefined ? "risk" : lossWords[honest.loss];
  const lines = linesOf(report);
  const known = lines.flatMap(({ risk }) => (risk === undefined ? [] : [risk]));
  const scale = valueScale(
    known.flatMap(({ risk, standardError: error }) => [risk - (error || 0), risk + (error || 0)]),
    logFrom,
  );
  const through = honest === undefined ? undefined : scale.at(honest.whole.risk);
  const folds =
    honest === undefined
      ? ""
      : ` The whole procedure, choice of weights included, was tried by ${honest.folds} folds around it, so its risk is honest.`;
  const how = `Mean ${loss} a row on rows that a learner had not seen: further left is better. The line through a point is one standard error; the thin line down is the whole. "More" is what a learner costs more than the whole, row by row: such a difference counts from about two of its standard errors. A weight of 0 is usual: what that learner knows, others know too.${folds}${
    honest === undefined && absent?.honest !== undefined
      ? ` There is no honest risk of the whole: ${safe(absent.honest)}.`
      : ""
  }`;
  const head: Head[] = [
    { text: "learner" },
    { text: `${loss} ± se`, isFigure: true },
    { text: "", isPicture: true },
    { text: "more ± se", isFigure: true },
    { text: "weight", isFigure: true },
    { text: "time", isFigure: true },
    { text: "why in or out" },
  ];
  const rows = lines.map((line) => rowOf(line, scale, through));
  return section("learners", "Learners and the whole", how, table(`Honest risks: ${loss}`, head, rows));
}

function linesOf({ honest, learners }: TableReport): Line[] {
  const fitted = learners
    .filter(({ risk }) => risk !== undefined)
    .toSorted((a, b) => (a.risk?.risk ?? 0) - (b.risk?.risk ?? 0));
  const out = learners.filter(({ risk }) => risk === undefined);
  const each = [...fitted, ...out].map((learner) => ({
    ...{ name: learner.name, risk: learner.risk, difference: learner.difference },
    ...{ learner, reason: learner.reason },
  }));
  if (honest === undefined) return each;
  const beside = (one: typeof honest.mean, name: string, reason: string): Line => ({
    ...{ name, reason, risk: one },
    difference: { risk: one.difference, standardError: one.differenceError },
  });
  const { discrete, mean } = honest;
  const isMean = (name: string): boolean => name === mean.name;
  const always = honest.loss === "squaredError" ? "always the mean" : "always the classes' shares";
  return [
    { name: wholeName, risk: honest.whole, reason: "what the model file holds" },
    ...(discrete === undefined
      ? []
      : [beside(discrete, "best by each fold's choice", "one learner in the place of weights")]),
    ...each,
    ...(learners.some(({ name }) => isMean(name)) ? [] : [beside(mean, always, "what is to be beaten")]),
  ];
}

function rowOf(
  { name, risk, difference, learner, reason }: Line,
  scale: Scale,
  through: number | undefined,
): Row {
  const place = (value: number): number => scale.at(value) ?? 0;
  const error = risk?.standardError || 0;
  return {
    isMarked: name === wholeName,
    cells: [
      safeShort(name, 34),
      risk === undefined ? "–" : plusMinus(risk.risk, risk.standardError),
      risk === undefined
        ? ""
        : pointCell(place(risk.risk), place(risk.risk - error), place(risk.risk + error), through),
      difference === undefined ? "" : plusMinus(difference.risk, difference.standardError),
      learner === undefined ? "" : weightCell(learner),
      learner?.seconds === undefined ? "" : duration(learner.seconds),
      safe(reason ?? ""),
    ],
  };
}

const weightCell = ({ weight }: ReportLearner): string =>
  `${weight.toFixed(2)}<span class="weight" aria-hidden="true"><i style="width:${(100 * Math.min(1, Math.max(0, weight))).toFixed(0)}%"></i></span>`;
