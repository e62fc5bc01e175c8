import type { Seen } from "../sampler.js";

/** What a trial is proposed by: the model of the whole space, that of a trust region, or the guard against both. */
export type Turn = "model" | "region" | "guard";

export interface TurnOptions {
  /** Trials before there is a model. */
  readonly startup: number;
  /** Every so many trials is the guard's. */
  readonly guardEvery: number;
  /** After so many trials of the model in a row that gained nothing, every other trial is the region's. */
  readonly patience: number;
}

/** No gain is less than this share of the distance from the median to the best. */
const leastGain = 1e-3;

/**
 * Whose turn each trial was, and whose the next one is: a function of the trials by number, gone through from the first on.
 *
 * @returns by the trials' numbers, with that of the next
 */
export function turnsOf(
  seen: readonly Seen[],
  number: number,
  { startup, guardEvery, patience }: TurnOptions,
): ReadonlyMap<number, Turn> {
  const turns = new Map<number, Turn>();
  const sorted: number[] = [];
  let since = 0;
  const turnOf = (own: number): Turn => {
    if (own % guardEvery === guardEvery - 1) return "guard";
    return since >= patience && own % 2 === 1 ? "region" : "model";
  };
  for (const trial of seen) {
    const turn = turnOf(trial.number);
    turns.set(trial.number, turn);
    const gains = gainOf(trial, sorted);
    if (trial.number < startup || turn === "guard") continue;
    if (turn === "model") since = gains ? 0 : since + 1;
  }
  turns.set(number, turnOf(number));
  return turns;
}

/** Whether a trial gained something; its loss is put among the others. */
function gainOf({ state, loss }: Seen, sorted: number[]): boolean {
  if (state !== "complete" || loss === undefined || !Number.isFinite(loss)) return false;
  const best = sorted[0] ?? Number.POSITIVE_INFINITY;
  const middle = sorted[Math.floor(sorted.length / 2)] ?? best;
  const place = sorted.findIndex((one) => one > loss);
  sorted.splice(place < 0 ? sorted.length : place, 0, loss);
  return loss < best && !(loss > best - leastGain * (middle - best));
}
