import { printable } from "../../../engine/errors.js";
import { endingText, figure } from "../ending/endingText.js";
import type { TrialRecord } from "../study/record.js";
import { bestText, countsText, paramsText } from "./lines.js";
import { modelledTogether } from "./modelled.js";
import { earlyEnds, failuresOf, rungsOf } from "./outcomes.js";
import type { StudyView } from "./studyView.js";

/** So many of the best trials are shown where not all are. */
const shownTrials = 10;

/** A study in text. @param all every trial, and not the best alone */
export function studyText(study: StudyView, all = false): string {
  const { trials } = study;
  const parts = [
    [...bestLines(study), ...study.problems],
    study.ending === undefined ? [] : [endingText(study.ending, study.direction).trimEnd()],
    trialLines(all ? trials : ranked(study).slice(0, shownTrials)),
    importanceLines(study),
    togetherLines(study),
    prunedLines(trials),
    rungLines(trials),
    failureLines(trials),
  ];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return printable(text.join("\n"));
}

function bestLines(study: StudyView): string[] {
  const line = `${countsText(study.trials)}; ${bestText(study)}.`;
  const best = study.directions.length > 1 ? undefined : study.best;
  return best === undefined ? [line] : [line, `  ${paramsText(best.params)}`];
}

/** The best first, complete ones before others; of several directions the front. */
export function ranked(study: StudyView): readonly TrialRecord[] {
  if (study.directions.length > 1) return study.front;
  const sign = study.direction === "minimize" ? 1 : -1;
  const rank = ({ state }: TrialRecord): number => (state === "complete" ? 0 : 1);
  return study.trials
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => rank(a) - rank(b) || sign * ((a.value ?? 0) - (b.value ?? 0)));
}

function trialLines(trials: readonly TrialRecord[]): string[] {
  const rows = trials.map((trial) => [
    String(trial.number),
    valueText(trial),
    trial.state,
    trial.state === "failed" ? (trial.reason ?? "") : paramsText(trial.params),
  ]);
  return rows.length === 0 ? [] : columns([["trial", "value", "state", "params"], ...rows]);
}

function valueText({ value, values }: TrialRecord): string {
  if (values !== undefined) return values.map(figure).join(" / ");
  return value === undefined ? "–" : figure(value);
}

function importanceLines(study: StudyView): string[] {
  const entries = study.importance();
  if (entries.length === 0 || study.trials.length === 0) return [];
  const [reason] = entries.map((entry) => entry.reason);
  if (entries.every(({ importance }) => importance === 0)) {
    return [`What matters is not known: ${reason ?? "nothing can be said"}.`];
  }
  const rows = entries.map(({ path, importance, standardError, active, reason: own = "" }) => [
    path,
    `${(100 * importance).toFixed(1)} %`,
    `± ${(100 * standardError).toFixed(1)}`,
    active === 1 ? "" : `${Math.round(100 * active)} %`,
    own,
  ]);
  return columns([["what matters", "share", "error", "active in", ""], ...rows]);
}

function togetherLines({ settings: { sampler }, space, trials }: StudyView): string[] {
  const lines = trials.length === 0 ? [] : modelledTogether(sampler.name, space);
  return lines.length === 0 ? [] : [`${sampler.name} models together:`, ...lines.map((line) => `  ${line}`)];
}

function prunedLines(trials: readonly TrialRecord[]): string[] {
  const rows = earlyEnds(trials).map(({ pruner, step, trials: ended, low, high }) => [
    pruner === "" ? "–" : pruner,
    step === undefined ? "–" : String(step),
    String(ended.length),
    rangeText(low, high),
  ]);
  return rows.length === 0 ? [] : columns([["pruned by", "step", "trials", "values"], ...rows]);
}

function rungLines(trials: readonly TrialRecord[]): string[] {
  const rows = rungsOf(trials).map(({ step, paused, count, low, high }) => [
    ...[String(step), String(paused), String(count)],
    rangeText(low, high),
  ]);
  return rows.length === 0 ? [] : columns([["rung", "paused", "came here", "values"], ...rows]);
}

function rangeText(low: number, high: number): string {
  if (low > high) return "none that is finite";
  return low === high ? figure(low) : `${figure(low)} to ${figure(high)}`;
}

function failureLines(trials: readonly TrialRecord[]): string[] {
  const lines = failuresOf(trials).map(
    ({ reason, trials: failed }) =>
      `  ${failed.length} × ${reason} (trial ${failed[0]}${failed.length === 1 ? "" : " the first"})`,
  );
  return lines.length === 0 ? [] : ["failed:", ...lines];
}

/** Rows with their columns under each other; the last is as long as it is. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
