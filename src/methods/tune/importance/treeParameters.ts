import type { Dimension, Level, Point } from "../space/dimensions.js";

/** A parameter with what has to be chosen for it to be active. */
export interface TreeParameter {
  readonly dimension: Dimension;
  /** Places of the categories on the way to it, and the branch of each. */
  readonly forks: ReadonlyMap<number, number>;
  /** How likely it is to be active where every branch is as likely. */
  readonly chance: number;
}

/** The parameters of a space, those of a branch behind the category whose branch it is; their index is their place. */
export function treeParameters(level: Level): TreeParameter[] {
  const all: TreeParameter[] = [];
  collect(level, new Map(), 1, all);
  return all;
}

function collect(
  level: Level,
  forks: ReadonlyMap<number, number>,
  chance: number,
  into: TreeParameter[],
): void {
  for (const dimension of level.dimensions) {
    const place = into.push({ dimension, forks, chance }) - 1;
    if (dimension.kind === "number") continue;
    for (const [branch, inner] of (dimension.branches ?? []).entries())
      collect(inner, new Map([...forks, [place, branch]]), chance / dimension.count, into);
  }
}

/**
 * A parameter of a point as a number: of numbers the place in their range from 0 to 1, of categories the choice, NaN if
 * inactive.
 */
export function coordinateOf({ dimension }: TreeParameter, point: Point): number {
  const value = point.get(dimension.path);
  if (value === undefined) return Number.NaN;
  if (dimension.kind === "category") return value;
  const { low, high } = dimension;
  return low === high ? 0 : Math.min(1, Math.max(0, (dimension.coordinate(value) - low) / (high - low)));
}

/** The share of some points in which parameters are active, all of them. */
export function activeShare(points: readonly Point[], parameters: readonly TreeParameter[]): number {
  const active = points.filter((point) => parameters.every(({ dimension }) => point.has(dimension.path)));
  return points.length === 0 ? 0 : active.length / points.length;
}
