import type { Seen } from "../sampler.js";

/** The best trials, and the others. */
export interface Split {
  readonly good: readonly Seen[];
  readonly bad: readonly Seen[];
}

/**
 * Complete trials by what they lost, then pruned ones (those that came further first, then by what they lost there), then
 * failed ones; of equal ones the older first.
 */
export function ranked(seen: readonly Seen[]): Seen[] {
  return seen.toSorted(compareSeen);
}

const ranks = { complete: 0, pruned: 1, failed: 2 } as const;

function compareSeen(a: Seen, b: Seen): number {
  if (a.state !== b.state) return ranks[a.state] - ranks[b.state];
  if (a.state === "pruned") {
    const [own, other] = [a.step ?? -1, b.step ?? -1];
    if (own !== other) return own > other ? -1 : 1;
  }
  const [own, other] = [known(a.loss), known(b.loss)];
  if (own !== other) return own < other ? -1 : 1;
  return a.number - b.number;
}

/** What is no number is as bad as can be. */
const known = (loss: number | undefined): number =>
  loss === undefined || Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss;

/** Good are a tenth of the trials, 25 at most. */
export function splitOf(seen: readonly Seen[], least: number): Split {
  const count = Math.min(Math.max(least, Math.ceil(0.1 * seen.length)), 25, seen.length);
  const order = ranked(seen);
  const byNumber = (trials: Seen[]): Seen[] => trials.sort((a, b) => a.number - b.number);
  return { good: byNumber(order.slice(0, count)), bad: byNumber(order.slice(count)) };
}

/** Weights by age, the oldest first: the newest 25 have 1, the older ones rise from 1/n. */
export function ageWeights(n: number): number[] {
  if (n < 25) return new Array<number>(n).fill(1);
  const older = n - 25;
  return Array.from({ length: n }, (_, i) => {
    if (i >= older) return 1;
    return older === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (older - 1);
  });
}
