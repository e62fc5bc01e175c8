import type { Generator } from "../../../../engine/random/generator.js";
import type { Level, Point } from "../../space/dimensions.js";
import type { Seen } from "../sampler.js";
import { nextBranch } from "../tpe/branchShares.js";
import { type LeafPath, leafPathOf } from "./leafPaths.js";

/** As in `tpe`: when a branch counts as hopeless, and what share it has then. */
const shares = { kappa: 4, floor: 0.3 };

/**
 * A leaf path by the rule that `tpe` gives branches their trials by: fork by fork, equal shares for those that may still lead.
 * The improvement that is expected starves branches that are slow to learn, since it is small beside what is left to gain
 * in those that were good at once.
 */
export function balancedPath(
  level: Level,
  seen: readonly Seen[],
  running: readonly Point[],
  random: Generator,
): LeafPath {
  const chosen = new Map<string, number>();
  descend(level, seen, running, random, chosen);
  return leafPathOf(level, chosen);
}

function descend(
  level: Level,
  seen: readonly Seen[],
  running: readonly Point[],
  random: Generator,
  chosen: Map<string, number>,
): void {
  for (const dimension of level.dimensions) {
    if (dimension.kind !== "category" || dimension.branches === undefined) continue;
    const { path } = dimension;
    const branch = nextBranch(dimension, seen, running, random.split(path), shares);
    chosen.set(path, branch);
    const here = (point: Point): boolean => point.get(path) === branch;
    const inner = dimension.branches[branch] as Level;
    descend(
      inner,
      seen.filter(({ point }) => here(point)),
      running.filter(here),
      random,
      chosen,
    );
  }
}
