import { printable } from "../../../engine/errors.js";
import { figure } from "../ending/endingText.js";
import type { TrialRecord } from "../study/record.js";
import type { StudyView } from "./studyView.js";

/** Parameters on one line: `rate 0.01, head mlp (hidden 24)`. */
export function paramsText(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(", ");
}

function valueText(value: unknown): string {
  if (typeof value === "number") return figure(value);
  if (typeof value === "object" && value !== null && "choice" in value) {
    const { choice, ...inner } = value;
    const inside = paramsText(inner);
    return inside === "" ? printable(String(choice)) : `${printable(String(choice))} (${inside})`;
  }
  if (typeof value === "object" && value !== null && "shown" in value) return printable(String(value.shown));
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? String(value)));
}

export interface StudyCounts {
  readonly [state: string]: number;
}

export function countsOf(trials: readonly TrialRecord[]): StudyCounts {
  const counts: Record<string, number> = {};
  for (const { state } of trials) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** `100 trials: 62 complete, 30 pruned, 6 failed, 2 running`. */
export function countsText(trials: readonly TrialRecord[]): string {
  const counts = countsOf(trials);
  const states = ["complete", "paused", "pruned", "failed", "running", "waiting"];
  const parts = states
    .filter((state) => counts[state] !== undefined)
    .map((state) => `${counts[state]} ${state}`);
  return `${trials.length} ${trials.length === 1 ? "trial" : "trials"}: ${parts.join(", ") || "none yet"}`;
}

/** What is best so far, with the direction, so that nobody makes a loss large unnoticed. */
export function bestText(study: Pick<StudyView, "best" | "front" | "direction" | "directions">): string {
  if (study.directions.length > 1) return `front of ${study.front.length} (${study.directions.join(", ")})`;
  const { best, direction } = study;
  if (best === undefined) return `no value yet (to ${direction})`;
  const where = best.state === "complete" ? "" : `, ${best.state} at step ${best.reports.at(-1)?.[0]}`;
  return `best ${figure(best.value)} (to ${direction}, trial ${best.number}${where})`;
}

/** `2 min 5 s`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
