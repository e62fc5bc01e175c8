import type { EnsembleReport } from "./ensembleReport.js";
import { figure, lossNames, tableText } from "./tableText.js";

/** An ensemble's report as text. */
export function textOf(report: Omit<EnsembleReport, "text">): string {
  const { loss, rows, members, mean, weighted, correlations, calibration } = report;
  const table = tableText([
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
  const idle = members.filter(({ couldGo }) => couldGo).map(({ name }) => name);
  const lines = [
    `${rows} rows; the pool's weights are judged on rows that did not find them. Standard errors are approximate.`,
    ...table,
    `The mean less the best member: ${plusMinus(mean.difference)}. The weighted pool less the mean: ${plusMinus(weighted.difference)}.`,
    `Mean correlation of errors: ${meanCorrelation(correlations)}. The nearer to 1, the less there is to gain.`,
    ...(calibration === undefined
      ? []
      : [
          `Calibration error of the pool: ${(100 * calibration.error).toFixed(2)} %; the temperature that suits it: ${calibration.temperature.toFixed(3)}.`,
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

function plusMinus({
  risk,
  standardError,
}: {
  readonly risk: number;
  readonly standardError: number;
}): string {
  return `${figure(risk)} ± ${figure(standardError)}`;
}

function meanCorrelation(correlations: EnsembleReport["correlations"]): string {
  const pairs = correlations.flatMap((row, i) => row.filter((value, j) => j > i && !Number.isNaN(value)));
  if (pairs.length === 0) return "–";
  return (pairs.reduce((sum, value) => sum + value, 0) / pairs.length).toFixed(3);
}
