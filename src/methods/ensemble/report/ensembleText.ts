import { type MistakePairs, meanOfPairs } from "./diversity.js";
import type { EnsembleReport } from "./ensembleReport.js";
import { figure, lossNames, tableText } from "./tableText.js";

/** An ensemble's report as text. */
export function textOf(report: Omit<EnsembleReport, "text" | "picture">): string {
  const { rows, members, mean, weighted, ambiguity, correlations, mistakes, calibration } = report;
  const singly = members.reduce((sum, { risk }) => sum + risk, 0) / members.length;
  const idle = members.filter(({ couldGo }) => couldGo).map(({ name }) => name);
  const lines = [
    `${rows} rows; the pool's weights are judged on rows that did not find them. Standard errors are approximate.`,
    ...risksTable(report),
    `The mean less the best member: ${plusMinus(mean.difference)}. The weighted pool less the mean: ${plusMinus(weighted.difference)}.`,
    ...(ambiguity === undefined
      ? []
      : [
          `The mean's is that of the members, ${figure(singly)} on average, less their ambiguity, ${figure(ambiguity)}.`,
        ]),
    `Mean correlation of errors: ${share(meanOfPairs(correlations))}. The nearer to 1, the less there is to gain.`,
    ...(mistakes === undefined ? [] : mistakeLines(members, correlations, mistakes)),
    ...(calibration === undefined
      ? []
      : [
          `Calibration error of the pool: ${percent(calibration.error)}. The temperature that suits it: ${calibration.temperature.toFixed(3)}.`,
          `At temperatures that other rows found: ${percent(calibration.mended)}, and log loss more than the pool's: ${plusMinus(calibration.difference)}.`,
        ]),
    ...(idle.length === 0 ? [] : [`Each of these could go, alone: ${idle.join(", ")}.`]),
    ...(members.some(({ weight }) => weight === 0)
      ? [
          "A weight of 0 is usual: what that member knows, the others know too. Of twins either may have it all.",
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function risksTable({ loss, members, mean, weighted }: Omit<EnsembleReport, "text" | "picture">): string[] {
  return tableText([
    ["", lossNames[loss], "± se", "more than the pool", "± se", "weight", "without it", "± se"],
    ...members.map(({ name, risk, standardError, difference, weight, without }) => [
      name,
      figure(risk),
      figure(standardError),
      figure(difference.risk),
      figure(difference.standardError),
      weight.toFixed(4),
      figure(without.risk),
      figure(without.standardError),
    ]),
    ["mean of all", figure(mean.risk), figure(mean.standardError)],
    ["weighted pool", figure(weighted.risk), figure(weighted.standardError)],
  ]);
}

function plusMinus({
  risk,
  standardError,
}: {
  readonly risk: number;
  readonly standardError: number;
}): string {
  return `${figure(risk)} ± ${figure(standardError)}`;
}

const share = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(3));
const percent = (value: number): string => (Number.isNaN(value) ? "–" : `${(100 * value).toFixed(2)} %`);

/** Up to so many pairs are told one by one. */
const mostPairs = 15;

function mistakeLines(
  members: EnsembleReport["members"],
  correlations: EnsembleReport["correlations"],
  { disagreement, doubleFault, yuleQ }: MistakePairs,
): string[] {
  if (members.length < 2) return [];
  const means = [meanOfPairs(disagreement), meanOfPairs(doubleFault), meanOfPairs(yuleQ)] as const;
  const summary =
    `Of two members, on average, one alone is wrong in ${percent(means[0])} of the rows and both in ` +
    `${percent(means[1])}; Yule's Q is ${share(means[2])}.`;
  const pairs = members.flatMap((_, i) => members.slice(i + 1).map((_, j) => [i, i + 1 + j] as const));
  if (pairs.length > mostPairs) return [summary];
  const at = (table: readonly (readonly number[])[], i: number, j: number): number => table[i]?.[j] as number;
  return [
    summary,
    ...tableText([
      ["pair", "correlation", "one wrong", "both wrong", "Yule's Q"],
      ...pairs.map(([i, j]) => [
        `${members[i]?.name}, ${members[j]?.name}`,
        share(at(correlations, i, j)),
        percent(at(disagreement, i, j)),
        percent(at(doubleFault, i, j)),
        share(at(yuleQ, i, j)),
      ]),
    ]),
  ];
}
