import type { Seen } from "../sampler.js";

/** A cube of the unit cube in which a model is trusted. */
export interface TrustRegion {
  /** The best trial, around which it lies. */
  readonly centre: Seen;
  /** Its side, of the range. */
  readonly side: number;
}

const sides = { first: 0.8, most: 1.6, least: 2 ** -9 } as const;

/** After so many of its trials in a row that became the best its side doubles. */
const successesToGrow = 3;

/**
 * The trust region after some trials (TuRBO: Eriksson et al. 2019): its side doubles after three successes in a row, and is
 * halved after as many failures as there are numbers, at least four. It is gone through from the first trial on at each
 * proposal, so that nothing but the trials decides. Where its side has become too small to matter it begins anew around the
 * best trial that is not near the centres it had.
 *
 * @param trials by number
 * @param dimensions how many numbers are searched
 * @param distance between two trials: the largest of numbers, of their ranges
 * @param isOwn whether a trial was proposed within the region; what others find moves the centre alone
 */
export function trustRegionOf(
  trials: readonly Seen[],
  dimensions: number,
  distance: (a: Seen, b: Seen) => number,
  isOwn: (trial: Seen) => boolean,
): TrustRegion | undefined {
  const patience = Math.max(4, dimensions);
  const left: Seen[] = [];
  const isApart = (trial: Seen): boolean => left.every((one) => distance(one, trial) > 0.2);
  let centre: Seen | undefined;
  let side: number = sides.first;
  let [successes, failures] = [0, 0];
  trials.forEach((trial, place) => {
    const isBetter =
      isNumber(trial) && isApart(trial) && (centre === undefined || lossOf(trial) < lossOf(centre));
    if (isBetter) {
      // A better place elsewhere: there nothing is known of how far a model holds.
      if (centre !== undefined && distance(centre, trial) > side) [side, successes] = [sides.first, 0];
      centre = trial;
      failures = 0;
    }
    if (!isOwn(trial)) return;
    if (isBetter) successes++;
    else [successes, failures] = [0, failures + 1];
    if (successes >= successesToGrow) [side, successes] = [Math.min(sides.most, 2 * side), 0];
    if (failures >= patience) [side, failures] = [side / 2, 0];
    if (side >= sides.least || centre === undefined) return;
    left.push(centre);
    centre = bestOf(trials.slice(0, place + 1).filter(isApart));
    side = sides.first;
  });
  return centre && { centre, side };
}

/** The complete trial with the least loss, the first of equal ones. */
export function bestOf(trials: readonly Seen[]): Seen | undefined {
  let best: Seen | undefined;
  for (const trial of trials) {
    if (isNumber(trial) && (best === undefined || lossOf(trial) < lossOf(best))) best = trial;
  }
  return best;
}

function isNumber({ state, loss }: Seen): boolean {
  return state === "complete" && Number.isFinite(loss);
}

const lossOf = ({ loss }: Seen): number => loss as number;
