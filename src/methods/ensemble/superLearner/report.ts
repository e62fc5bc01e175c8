import { figure, lossNames, tableText } from "../report/tableText.js";
import type { HonestRisk } from "./honestLosses.js";
import type { LearntFacts } from "./learntFacts.js";
import type { NestedRisk } from "./nested.js";

/** What a super learner has learnt, as text: the learners' risks and weights, and the honest risk where there is one. */
export function reportOf(facts: LearntFacts): string {
  const { names, weights, failures, screenings, honest } = facts;
  const rows = names.map((name, index) => [
    name,
    figure(facts.risks[index]),
    figure(facts.standardErrors[index]),
    (weights[index] as number).toFixed(4),
    `${((facts.milliseconds[index] as number) / 1000).toFixed(2)} s`,
    failures.find((failure) => failure.name === name) === undefined ? "" : "failed",
  ]);
  const lines = [
    `${facts.rows} held-out rows; weights by ${facts.method}, duality gap ${facts.gap.toExponential(1)} a row.`,
    ...tableText([["learner", facts.loss, "± se", "weight", "time", ""], ...rows]),
    ...failures.map(
      ({ name, fold, reason }) => `Left out: ${name}, which failed ${placeOf(fold)}: ${reason}`,
    ),
    ...screenings.map(
      ({ name, fold, reason }) =>
        `Screener ${name} failed ${placeOf(fold)}, where all columns were kept: ${reason}`,
    ),
    ...(facts.fellBack
      ? ["All weights came to 0, so the learner with the smallest risk counts alone."]
      : weightless(facts)),
    ...(honest === undefined ? [] : honestLines(honest)),
    ...(facts.honestFailure === undefined ? [] : [`There is no honest risk: ${facts.honestFailure}`]),
  ];
  return `${lines.join("\n")}\n`;
}

const placeOf = (fold: number | undefined): string =>
  fold === undefined ? "on all rows" : `in fold ${fold + 1}`;

/** Why a weight of 0 is no fault. */
function weightless({ names, weights, failures }: LearntFacts): string[] {
  const idle = names.filter(
    (name, index) => weights[index] === 0 && !failures.some((failure) => failure.name === name),
  );
  if (idle.length === 0) return [];
  return [
    `No weight for ${idle.join(", ")}: that is usual. What they know, the others know too, or know better.`,
  ];
}

function honestLines({ losses, folds, failures }: NestedRisk): string[] {
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
  return [...tables, ...outerFailures(failures)];
}

/** Each learner that failed within outer folds, with the first reason. */
function outerFailures(failures: NestedRisk["failures"]): string[] {
  const names = [...new Set(failures.map(({ name }) => name))];
  return names.map((name) => {
    const own = failures.filter((failure) => failure.name === name);
    const folds = new Set(own.map(({ outerFold }) => outerFold)).size;
    return `${name} failed in ${folds} of the outer folds, first because: ${own[0]?.reason}`;
  });
}
