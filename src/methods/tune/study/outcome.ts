import { shown } from "../../../engine/errors.js";
import type { Ending } from "./desk.js";
import type { Direction } from "./options.js";

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

function valueIn(outcome: unknown): unknown {
  if (typeof outcome !== "object" || outcome === null || Array.isArray(outcome)) return outcome;
  if ("loss" in outcome) return outcome.loss;
  if ("value" in outcome) return outcome.value;
  return "values" in outcome ? outcome.values : outcome;
}
