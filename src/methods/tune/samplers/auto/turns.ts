import type { Seen } from "../sampler.js";

/** What a trial is proposed by: the model of the whole space, that of a trust region, or a guard against both. */
export type Turn = "model" | "region" | "guard";

export interface TurnOptions {
  /** Trials before there is a model. */
  readonly startup: number;
  /** After so many trials of the model in a row that gained nothing it has to share with the others. */
  readonly patience: number;
  /** Every so many trials is then the guard's, and of the others every second the region's. */
  readonly guardEvery: number;
}

/** No gain is less than this share of the distance from the median to the best. */
const leastGain = 1e-3;

/**
 * Whose turn each trial was, and whose the next one is: all are the model's while it gains. (Measured on Rosenbrock's function:
 * one of ten trials by `tpe` from the start doubles the regret after 50.) The trials are gone through from the first on at each
 * proposal, so that nothing but them decides.
 *
 * @param seen by number
 * @param number of the next trial
 */
export function turnsOf(
  seen: readonly Seen[],
  number: number,
  { startup, patience, guardEvery }: TurnOptions,
): ReadonlyMap<number, Turn> {
  const turns = new Map<number, Turn>();
  const sorted: number[] = [];
  let since = 0;
  const turnOf = (own: number): Turn => {
    if (since < patience) return "model";
    if (own % guardEvery === guardEvery - 1) return "guard";
    return own % 2 === 1 ? "region" : "model";
  };
  for (const trial of seen) {
    const turn = turnOf(trial.number);
    turns.set(trial.number, turn);
    const gains = insert(trial, sorted);
    if (turn === "model" && trial.number >= startup) since = gains ? 0 : since + 1;
  }
  turns.set(number, turnOf(number));
  return turns;
}

/** Puts a trial's loss among the others. @returns whether it gained something */
function insert({ state, loss }: Seen, sorted: number[]): boolean {
  if (state !== "complete" || loss === undefined || !Number.isFinite(loss)) return false;
  const best = sorted[0] ?? Number.POSITIVE_INFINITY;
  const middle = sorted[Math.floor(sorted.length / 2)] ?? best;
  const place = sorted.findIndex((one) => one > loss);
  sorted.splice(place < 0 ? sorted.length : place, 0, loss);
  return loss < best && !(loss > best - leastGain * (middle - best));
}
