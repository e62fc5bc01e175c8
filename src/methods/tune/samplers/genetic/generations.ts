import { crowdingDistance } from "../../numerics/crowdingDistance.js";
import { nonDominatedRanks } from "../../numerics/nonDominatedRanks.js";
import type { Point } from "../../space/dimensions.js";
import type { Seen } from "../sampler.js";

/** A point with its place among the others of its generation. */
export interface Individual {
  readonly point: Point;
  readonly losses: readonly number[];
  /** Of its front, from 0. */
  readonly rank: number;
  readonly crowding: number;
}

/** How many individuals a generation has that begins after so many trials. */
export type PopulationOf = (trials: number) => number;

/**
 * The parents of the next generation: of the parents before it and a generation of complete trials, in the order in which these
 * are given, the best by front, of one front those with the most room. Failed and pruned trials belong to no generation. None
 * before the first generation is complete.
 */
export function parentsOf(seen: readonly Seen[], populationOf: PopulationOf): readonly Individual[] {
  const complete = seen.filter(({ state, loss }) => state === "complete" && loss !== undefined);
  let parents: readonly Individual[] = [];
  let from = 0;
  for (let size = populationOf(0); from + size <= complete.length; size = populationOf(from)) {
    const generation = complete.slice(from, from + size).map(({ point, loss, losses }) => ({
      point,
      losses: losses ?? [loss as number],
    }));
    from += size;
    parents = elite([...parents, ...generation], populationOf(from));
  }
  return parents;
}

/** The best of some points, the best first; of equal ones those that come first. */
export function elite(points: readonly Pick<Individual, "point" | "losses">[], count: number): Individual[] {
  const ranks = nonDominatedRanks(points.map(({ losses }) => losses));
  const crowding = new Float64Array(points.length);
  for (let rank = 0; ranks.includes(rank); rank++) {
    const front = Array.from(points.keys()).filter((i) => ranks[i] === rank);
    const distances = crowdingDistance(front.map((i) => points[i]!.losses));
    front.forEach((i, place) => {
      crowding[i] = distances[place]!;
    });
  }
  return points
    .map(({ point, losses }, i) => ({ point, losses, rank: ranks[i]!, crowding: crowding[i]! }))
    .sort((a, b) => compareIndividuals(a, b))
    .slice(0, count);
}

/** Below 0 where the first is better: of a lower front, or of the same with more room (NSGA-II's crowded comparison). */
export function compareIndividuals(
  a: Pick<Individual, "rank" | "crowding">,
  b: Pick<Individual, "rank" | "crowding">,
): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.crowding === b.crowding ? 0 : a.crowding > b.crowding ? -1 : 1;
}
