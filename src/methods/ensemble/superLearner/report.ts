import { figure, lossLabel, lossNames, tableText } from "../report/tableText.js";
import { riskOfMethod } from "../superLearnerWeights.js";
import type { HonestRisk, NestedRisk } from "./nested.js";
import type { SuperLearnerSettings } from "./options.js";
import type { Trained } from "./train.js";

/** What a super learner has learnt, as text: the learners' risks and weights, and the honest risk where there is one. */
export function reportOf(
  trained: Trained,
  { method, loss: given, classes }: SuperLearnerSettings,
  honest: NestedRisk | undefined,
): string {
  const { candidates, weights, failures, screenings, heldOut, crossPredictions } = trained;
  const loss = given ?? riskOfMethod(method);
  const brier = loss === "squaredError" && classes !== undefined && classes > 2 ? " (Brier)" : "";
  const rows = candidates.map(({ name }, index) => [
    name,
    figure(weights.risks[index]),
    figure(weights.standardErrors[index]),
    (weights.weights[index] as number).toFixed(4),
    `${((crossPredictions.milliseconds[index] as number) / 1000).toFixed(2)} s`,
    failures.find((failure) => failure.name === name) === undefined ? "" : "failed",
  ]);
  const lines = [
    `${heldOut.rows} held-out rows; weights by ${method}, duality gap ${weights.gap.toExponential(1)} a row.`,
    ...tableText([["learner", `${lossLabel(loss)}${brier}`, "± se", "weight", "time", ""], ...rows]),
    ...failures.map(
      ({ name, fold, reason }) => `Left out: ${name}, which failed ${placeOf(fold)}: ${reason}`,
    ),
    ...screenings.map(
      ({ name, fold, reason }) =>
        `Screener ${name} failed ${placeOf(fold)}, where all columns were kept: ${reason}`,
    ),
    ...(weights.fellBack
      ? ["All weights came to 0, so the learner with the smallest risk counts alone."]
      : weightless(trained)),
    ...(honest === undefined ? [] : honestLines(honest)),
  ];
  return `${lines.join("\n")}\n`;
}

const placeOf = (fold: number | undefined): string =>
  fold === undefined ? "on all rows" : `in fold ${fold + 1}`;

/** Why a weight of 0 is no fault. */
function weightless({ candidates, weights, failures }: Trained): string[] {
  const idle = candidates.filter(
    ({ name }, index) => weights.weights[index] === 0 && !failures.some((failure) => failure.name === name),
  );
  if (idle.length === 0) return [];
  const names = idle.map(({ name }) => name).join(", ");
  return [`No weight for ${names}: that is usual. What they know, the others know too, or know better.`];
}

function honestLines({ losses, folds }: NestedRisk): string[] {
  const tables = Object.entries(losses).flatMap(([loss, risks]) => [
    "",
    `Honest ${lossNames[loss as keyof typeof lossNames]}, by ${folds} folds around all of it (standard errors are approximate):`,
    ...tableText([
      ["", "risk", "± se", "more than the super learner", "± se"],
      ...(risks as readonly HonestRisk[]).map(
        ({ name, risk, standardError, difference, differenceError }, index) => [
          name,
          figure(risk),
          figure(standardError),
          index === 0 ? "" : figure(difference),
          index === 0 ? "" : figure(differenceError),
        ],
      ),
    ]),
  ]);
  return tables;
}
