import { knownLoss } from "./dominates.js";

/**
 * How much room there is around each point of one front: over the losses, the sum of the distance from the one before to the
 * one behind, as a share of the range of finite values (Deb and others, NSGA-II, 2002, section III B). The first and the last
 * of a loss have an infinite one, unless all are equal in it. Between equal infinities the distance is 0.
 *
 * @param losses for each point its losses, of all equally many; NaN counts as infinite
 */
export function crowdingDistance(losses: readonly (readonly number[])[]): Float64Array {
  const distances = new Float64Array(losses.length);
  const objectives = losses[0]?.length ?? 0;
  for (let objective = 0; objective < objectives; objective++) {
    addGaps(
      losses.map((one) => knownLoss(one[objective]!)),
      distances,
    );
  }
  return distances;
}

function addGaps(values: readonly number[], into: Float64Array): void {
  const order = Array.from(values.keys()).sort((i, j) => {
    const [a, b] = [values[i]!, values[j]!];
    return a === b ? i - j : a < b ? -1 : 1;
  });
  const at = (place: number): number => values[order[place]!]!;
  if (at(0) === at(order.length - 1)) return;
  const finite = order.map((i) => values[i]!).filter(Number.isFinite);
  const range = finite.length === 0 ? 0 : finite.at(-1)! - finite[0]!;
  order.forEach((index, place) => {
    const before = place === 0 ? Number.NEGATIVE_INFINITY : at(place - 1);
    const behind = place === order.length - 1 ? Number.POSITIVE_INFINITY : at(place + 1);
    if (before !== behind) into[index]! += (behind - before) / (range > 0 ? range : 1);
  });
}
