import type { Level } from "../space/dimensions.js";
import type { Box } from "./regressionTree.js";

/** What is asked of a {@link boxMeasure}. */
export interface Held {
  /** Parameters that are held, by place, of categories with the choice: they count as 1. */
  readonly held: ReadonlyMap<number, number>;
  /** Branches that must be chosen, by the category's place. */
  readonly forks: ReadonlyMap<number, number>;
}

/**
 * The probability that a point of a level lies in a box where all places of a number's range, and all branches of a category,
 * are as likely. Some parameters may be held: then of those points in which they are active, times the probability that they
 * are.
 *
 * @param places of parameters by path
 */
export function boxMeasure(
  level: Level,
  box: Box,
  { held, forks }: Held,
  places: ReadonlyMap<string, number>,
): number {
  let product = 1;
  for (const dimension of level.dimensions) {
    const place = places.get(dimension.path) as number;
    if (dimension.kind === "number") {
      if (!held.has(place)) product *= box.high[place]! - box.low[place]!;
    } else {
      const only = held.get(place) ?? forks.get(place);
      const weight = held.has(place) ? 1 : 1 / dimension.count;
      let sum = 0;
      for (let choice = 0; choice < dimension.count; choice++) {
        if (box.choices[place]![choice] === 0 || (only !== undefined && only !== choice)) continue;
        sum += weight * branchMeasure(dimension.branches, choice, box, { held, forks }, places);
      }
      product *= sum;
    }
    if (product === 0) return 0;
  }
  return product;
}

/** Of what is in a branch, where the box holds points that have not what is in the others. */
function branchMeasure(
  branches: readonly Level[] | undefined,
  choice: number,
  box: Box,
  asked: Held,
  places: ReadonlyMap<string, number>,
): number {
  if (branches === undefined) return 1;
  const isOut = branches.some((branch, other) => other !== choice && !mayBeInactive(branch, box, places));
  return isOut ? 0 : boxMeasure(branches[choice]!, box, asked, places);
}

function mayBeInactive(level: Level, box: Box, places: ReadonlyMap<string, number>): boolean {
  return level.dimensions.every(
    (dimension) =>
      box.inactive[places.get(dimension.path) as number] === 1 &&
      (dimension.kind === "number" ||
        (dimension.branches ?? []).every((branch) => mayBeInactive(branch, box, places))),
  );
}
