import type { Generator } from "../../../../engine/random/generator.js";
import type { Level, Point } from "../../space/dimensions.js";

/**
 * Each parameter from one of two parents (uniform crossover: Syswerda 1989). Within a branch that both have chosen, parameter
 * by parameter; of different branches one is taken with all that is in it.
 *
 * @param swap the probability that a parameter comes from the second
 */
export function crossover(
  level: Level,
  first: Point,
  second: Point,
  swap: number,
  random: Generator,
  into = new Map<string, number>(),
): Map<string, number> {
  for (const dimension of level.dimensions) {
    const { path } = dimension;
    const donor = random.uniform() < swap ? second : first;
    const value = donor.get(path) as number;
    into.set(path, value);
    const branch = dimension.kind === "category" ? dimension.branches?.[value] : undefined;
    if (branch === undefined) continue;
    if (first.get(path) === second.get(path)) crossover(branch, first, second, swap, random, into);
    else copyLevel(branch, donor, into);
  }
  return into;
}

function copyLevel(level: Level, from: Point, into: Map<string, number>): void {
  for (const dimension of level.dimensions) {
    const value = from.get(dimension.path) as number;
    into.set(dimension.path, value);
    const branch = dimension.kind === "category" ? dimension.branches?.[value] : undefined;
    if (branch !== undefined) copyLevel(branch, from, into);
  }
}
