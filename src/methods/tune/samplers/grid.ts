import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Dimension, Level, Point } from "../space/dimensions.js";
import { pointKey } from "../space/pointKey.js";
import type { Sampler, Situation } from "./sampler.js";

export interface GridOptions {
  /** Values of a parameter that has a continuum of them, at equal distances, both ends included. Default: 5. */
  readonly points?: number | undefined;
}

const fields = { points: number({ default: 5, min: 1, integer: true }) } satisfies FieldsOf<GridOptions>;

/** More cells than that are no grid that anybody would go through. */
const most = 1_000_000;

/**
 * Every combination once, in an order drawn by the seed, so that a search that is stopped is a random one. Ends when all are
 * done.
 */
export function grid(options: GridOptions = {}): Sampler {
  const { points } = readOptions("grid", options, fields);
  return { name: "grid", config: { points }, propose: (situation) => propose(situation, points) };
}

function propose({ level, seen, running, scramble, allows }: Situation, points: number): Point | undefined {
  const count = cellsOf(level, points);
  if (count > most) {
    throw new ImagoError(`grid: the space has ${count} combinations, more than ${most}.`, {
      help: "Take another sampler, or fewer points.",
    });
  }
  const known = new Set([...seen.map(({ point }) => pointKey(point)), ...running.map(pointKey)]);
  for (const cell of scramble.split("grid").permutation(count)) {
    const point = new Map<string, number>();
    pointAt(level, points, cell, point);
    if (allows(point) && !known.has(pointKey(point))) return point;
  }
  return undefined;
}

/** How many points a grid over a level has, its branches included. */
export function cellsOf(level: Level, points: number): number {
  return level.dimensions.reduce((product, dimension) => product * sizesOf(dimension, points).total, 1);
}

/** For each choice of a dimension how many points it stands for. */
function sizesOf(
  dimension: Dimension,
  points: number,
): { readonly each: readonly number[]; readonly total: number } {
  const each = Array.from({ length: dimension.count ?? points }, (_, choice) => {
    const branch = dimension.kind === "category" ? dimension.branches?.[choice] : undefined;
    return branch === undefined ? 1 : cellsOf(branch, points);
  });
  return { each, total: each.reduce((sum, size) => sum + size, 0) };
}

/** The point of a number from 0: a place in the first dimension, and what is left in the others. */
function pointAt(level: Level, points: number, cell: number, into: Map<string, number>): void {
  let rest = cell;
  for (const dimension of level.dimensions) {
    const { each, total } = sizesOf(dimension, points);
    let own = rest % total;
    rest = Math.floor(rest / total);
    let choice = 0;
    while (own >= each[choice]!) own -= each[choice++]!;
    if (dimension.kind === "number") {
      into.set(dimension.path, numberAt(dimension, choice, each.length));
      continue;
    }
    into.set(dimension.path, choice);
    const branch = dimension.branches?.[choice];
    if (branch !== undefined) pointAt(branch, points, own, into);
  }
}

function numberAt(dimension: Extract<Dimension, { kind: "number" }>, place: number, count: number): number {
  const { low, high, count: values } = dimension;
  // Of finitely many values the middle of each cell, of others the ends and what lies between.
  const share = values === undefined ? (count === 1 ? 0.5 : place / (count - 1)) : (place + 0.5) / count;
  return dimension.value(low + share * (high - low));
}
