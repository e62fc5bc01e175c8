import { csvCell } from "../../../engine/formats/csvCell.js";
import type { Span, TrialRecord } from "../study/record.js";
import { choiceText, type PlacedParameter, placedParameters } from "./paths.js";
import type { StudyView } from "./studyView.js";

/**
 * A study as a table for other programs, a line a trial (RFC 4180): number, state, value or values, each parameter by its path,
 * empty where it is not active, then how the trial went. Numbers have all their digits; texts that a spreadsheet takes for
 * formulas have an apostrophe before them.
 */
export function studyCsv(study: StudyView): string {
  const parameters = placedParameters(study.space);
  const { directions } = study;
  const values = directions.length > 1 ? directions.map((_, place) => `value ${place}`) : ["value"];
  const taken = ["number", "state", ...values, ...after];
  const names = parameters.map(({ path }) => (taken.includes(path) ? `params.${path}` : path));
  const head = ["number", "state", ...values, ...names, ...after];
  const spans = spansByTrial(study.timeline);
  const rows = study.trials.map((trial) => [
    ...[trial.number, trial.state],
    ...(directions.length > 1 ? directions.map((_, place) => trial.values?.[place]) : [trial.value]),
    ...parameters.map((parameter) => cellOf(parameter, trial)),
    ...courseOf(trial, spans.get(trial.number) ?? []),
  ]);
  return [head, ...rows].map((row) => `${row.map((one) => csvCell(one)).join(",")}\r\n`).join("");
}

/** Columns behind the parameters. */
const after = ["attempts", "began", "ended", "seconds", "reason", "last step"];

function cellOf({ parameter, valueIn }: PlacedParameter, { params }: TrialRecord): unknown {
  const value = valueIn(params);
  return value === undefined || parameter.type !== "values" || typeof value === "number"
    ? value
    : choiceText(value);
}

export function spansByTrial(timeline: readonly Span[]): ReadonlyMap<number, readonly Span[]> {
  const spans = new Map<number, Span[]>();
  for (const span of timeline) {
    const own = spans.get(span.trial);
    if (own === undefined) spans.set(span.trial, [span]);
    else own.push(span);
  }
  return spans;
}

/** Seconds are of all attempts that ended, without what lay between. */
function courseOf({ attempts, reason, reports }: TrialRecord, spans: readonly Span[]): unknown[] {
  const ended = spans.at(-1)?.ended;
  return [
    attempts,
    momentOf(spans[0]?.began),
    momentOf(ended),
    secondsOf(spans),
    reason,
    reports.at(-1)?.[0],
  ];
}

export function secondsOf(spans: readonly Span[]): number | undefined {
  const whole = spans.flatMap(({ began, ended }) => (ended === undefined ? [] : [ended - began]));
  return whole.length === 0 ? undefined : whole.reduce((sum, one) => sum + one, 0) / 1000;
}

/** As ISO 8601 has it, in the time of Greenwich. */
const momentOf = (time: number | undefined): string | undefined =>
  time === undefined || Number.isNaN(new Date(time).getTime()) ? undefined : new Date(time).toISOString();
