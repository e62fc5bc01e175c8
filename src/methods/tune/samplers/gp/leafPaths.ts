import type { Dimension, Level, Point } from "../../space/dimensions.js";

/** A choice of branches down to where there are no more: the points that have the same active parameters. */
export interface LeafPath {
  /** A text that equal paths share. */
  readonly key: string;
  /** Parameters whose choices have branches, and which is chosen. */
  readonly branches: ReadonlyMap<string, number>;
  /** The other active parameters. */
  readonly free: readonly Dimension[];
}

/** How many paths there are below a level. */
export function leafPathCount(level: Level): number {
  return level.dimensions.reduce((product, dimension) => {
    if (dimension.kind !== "category" || dimension.branches === undefined) return product;
    return product * dimension.branches.reduce((sum, branch) => sum + leafPathCount(branch), 0);
  }, 1);
}

/** The path of a number from 0 to their count. */
export function leafPathAt(level: Level, index: number): LeafPath {
  const branches = new Map<string, number>();
  const free: Dimension[] = [];
  choose(level, index, branches, free);
  return pathOf(branches, free);
}

function choose(level: Level, index: number, chosen: Map<string, number>, free: Dimension[]): void {
  let rest = index;
  for (const dimension of level.dimensions) {
    if (dimension.kind !== "category" || dimension.branches === undefined) {
      free.push(dimension);
      continue;
    }
    const counts = dimension.branches.map(leafPathCount);
    const total = counts.reduce((sum, count) => sum + count, 0);
    let own = rest % total;
    rest = Math.floor(rest / total);
    let branch = 0;
    while (own >= counts[branch]!) own -= counts[branch++]!;
    chosen.set(dimension.path, branch);
    choose(dimension.branches[branch] as Level, own, chosen, free);
  }
}

/** The path that a point is on. */
export function leafPathOf(level: Level, point: Point): LeafPath {
  const branches = new Map<string, number>();
  const free: Dimension[] = [];
  follow(level, point, branches, free);
  return pathOf(branches, free);
}

function follow(level: Level, point: Point, chosen: Map<string, number>, free: Dimension[]): void {
  for (const dimension of level.dimensions) {
    if (dimension.kind !== "category" || dimension.branches === undefined) {
      free.push(dimension);
      continue;
    }
    const branch = point.get(dimension.path) as number;
    chosen.set(dimension.path, branch);
    follow(dimension.branches[branch] as Level, point, chosen, free);
  }
}

function pathOf(branches: ReadonlyMap<string, number>, free: readonly Dimension[]): LeafPath {
  return { key: [...branches].map(([path, branch]) => `${path}=${branch}`).join(";"), branches, free };
}

/** Whether a point is on a path. */
export function isOn({ branches }: LeafPath, point: Point): boolean {
  for (const [path, branch] of branches) if (point.get(path) !== branch) return false;
  return true;
}

/** The part of a path on which a category has one value. */
export function withCategory({ branches, free }: LeafPath, { path }: Dimension, value: number): LeafPath {
  return pathOf(
    new Map([...branches, [path, value]]),
    free.filter((dimension) => dimension.path !== path),
  );
}
