import { messageOf, shown } from "../../../engine/errors.js";
import type { StudyCore } from "./core.js";
import { type Ending, prunedAt } from "./desk.js";
import type { Direction } from "./options.js";
import type { OpenTrial } from "./trial.js";

/** What an objective gives: the value, or a record with it as `loss` or `value`; of several directions a list, or `values`. */
export type Outcome =
  | number
  | readonly number[]
  | { readonly loss: number }
  | { readonly value: number }
  | { readonly values: readonly number[] };

/** A value for each direction, or why there is none. */
export function readOutcome(outcome: unknown, directions: readonly Direction[]): Ending {
  const given = valueIn(outcome);
  const values = Array.isArray(given) ? given : [given];
  const wanted = directions.length === 1 ? "not a finite number" : `not ${directions.length} finite numbers`;
  const isFine =
    values.length === directions.length &&
    values.every((value) => typeof value === "number" && Number.isFinite(value));
  if (isFine) return { state: "complete", values };
  return { state: "failed", reason: `the objective gave ${shown(given)}, ${wanted}` };
}

/** What an attempt ends with, by what was said on the way and at the end. */
export function endingOf(core: StudyCore, trial: OpenTrial<unknown>, outcome: Outcome | Error): Ending {
  if (trial.fault !== undefined) return { state: "failed", reason: messageOf(trial.fault) };
  if (outcome instanceof Error) return { state: "failed", reason: outcome.message };
  if (trial.verdict === "pause") return { state: "paused" };
  if (trial.verdict === "prune") {
    const step = core.state.trials[trial.number]?.reports.at(-1)?.[0];
    return prunedAt(core, step);
  }
  return readOutcome(outcome, core.directions);
}

function valueIn(outcome: unknown): unknown {
  if (typeof outcome !== "object" || outcome === null || Array.isArray(outcome)) return outcome;
  if ("loss" in outcome) return outcome.loss;
  if ("value" in outcome) return outcome.value;
  return "values" in outcome ? outcome.values : outcome;
}
