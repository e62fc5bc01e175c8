import type { Seen, Situation } from "../sampler.js";
import { leafPathCount } from "./leafPaths.js";

/** A part of a space is hopeless where even so many times what its last doubling gained would not lead. */
const kappa = 4;

/** How a part of a space does. */
export interface Standing {
  /** How many trials it had. */
  readonly count: number;
  readonly best: number;
  /** What the later half of them gained. */
  readonly gain: number;
}

/** @param numbers how many a trial of it has: as many trials do not tell how well it may do, and count as one half */
export function standingOf(trials: readonly Seen[], numbers: number): Standing {
  const later = Math.max(numbers + 1, Math.floor(trials.length / 2));
  const best = leastOf(trials);
  return { count: trials.length, best, gain: leastOf(trials.slice(0, -later)) - best };
}

/** Whether a part that does not lead may do so. */
export function mayLead({ best, gain }: Standing, leader: number): boolean {
  // Not a number where none of its trials gave one, nor what all had before.
  return best > leader && !(best - kappa * gain > leader);
}

export function leastOf(trials: readonly Seen[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const trial of trials) least = Math.min(least, lossOf(trial));
  return least;
}

/** What a trial lost; infinite where it gave no number. */
function lossOf({ state, loss }: Seen): number {
  return state === "complete" && loss !== undefined && Number.isFinite(loss)
    ? loss
    : Number.POSITIVE_INFINITY;
}

/** So many trials that gained next to nothing tell that a place is exhausted. */
const patience = 8;
/** No gain is less than this share of the distance from the median to the best. */
const leastGain = 0.01;

/** Whether the last trials gained next to nothing. */
function isExhausted(seen: readonly Seen[]): boolean {
  if (seen.length <= patience) return false;
  const sorted = seen.map(lossOf).filter(Number.isFinite);
  sorted.sort((a, b) => a - b);
  const best = sorted[0] ?? 0;
  const middle = sorted[Math.floor(sorted.length / 2)] ?? best;
  return leastOf(seen.slice(0, -patience)) - best <= leastGain * (middle - best);
}

/**
 * Whether a trial is for a part of the space that is to have its share, and not where most is expected: every so many, and
 * three of four where the last ones gained next to nothing; in spaces with branches the first alone.
 */
export function isForShares({ level, seen }: Situation, turn: number, every: number): boolean {
  if (turn % every === every - 1) return true;
  return turn % 4 > 0 && leafPathCount(level) === 1 && isExhausted(seen);
}
