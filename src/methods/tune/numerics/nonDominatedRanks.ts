import { dominates } from "./dominates.js";

/**
 * Ranks from 0: that of a point is how often the points that nothing dominates have to be taken away until it is one of them
 * (non-dominated sorting: Deb, Pratap, Agarwal and Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II",
 * 2002, section III A). Equal points share a rank. O(n² m).
 *
 * @param losses for each point its losses, of all equally many; NaN counts as infinite
 */
export function nonDominatedRanks(losses: readonly (readonly number[])[]): Int32Array {
  const count = losses.length;
  const worse: number[][] = Array.from({ length: count }, () => []);
  const above = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if (!dominates(losses[i]!, losses[j]!)) continue;
      worse[i]!.push(j);
      above[j]!++;
    }
  }
  const ranks = new Int32Array(count);
  let front = Array.from(losses.keys()).filter((i) => above[i] === 0);
  for (let rank = 0; front.length > 0; rank++) {
    const next: number[] = [];
    for (const i of front) {
      ranks[i] = rank;
      for (const j of worse[i]!) if (--above[j]! === 0) next.push(j);
    }
    front = next;
  }
  return ranks;
}
