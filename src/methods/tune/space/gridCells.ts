import type { Dimension, Level, NumberDimension } from "./dimensions.js";

/** How many values of a number a grid has. */
export type PointsOf = (dimension: NumberDimension) => number;

/** How many points a grid over a level has, its branches included; infinitely many where it has so many of a number. */
export function cellCount(level: Level, points: PointsOf): number {
  return level.dimensions.reduce((product, dimension) => product * sizesOf(dimension, points).total, 1);
}

/** How many points there are; `Infinity` where a number has a continuum of values. */
export function pointCount(level: Level): number {
  return cellCount(level, allValues);
}

/** Every value of a number, as {@link PointsOf}. */
export const allValues: PointsOf = ({ count }) => count ?? Number.POSITIVE_INFINITY;

/** For each choice of a dimension how many points it stands for. */
function sizesOf(
  dimension: Dimension,
  points: PointsOf,
): { readonly each: (choice: number) => number; readonly total: number } {
  if (dimension.kind === "number") return { each: () => 1, total: points(dimension) };
  const { branches, count } = dimension;
  if (branches === undefined) return { each: () => 1, total: count };
  const each = branches.map((branch) => cellCount(branch, points));
  return { each: (choice) => each[choice]!, total: each.reduce((sum, size) => sum + size, 0) };
}

/** The point of a number from 0 to their count: a place in the first dimension, and what is left in the others. */
export function pointOfCell(
  level: Level,
  points: PointsOf,
  cell: number,
  into = new Map<string, number>(),
): Map<string, number> {
  let rest = cell;
  for (const dimension of level.dimensions) {
    const { each, total } = sizesOf(dimension, points);
    let own = rest % total;
    rest = Math.floor(rest / total);
    if (dimension.kind === "number") {
      into.set(dimension.path, gridValue(dimension, own, total));
      continue;
    }
    let choice = 0;
    while (own >= each(choice)) own -= each(choice++);
    into.set(dimension.path, choice);
    const branch = dimension.branches?.[choice];
    if (branch !== undefined) pointOfCell(branch, points, own, into);
  }
  return into;
}

/**
 * One of `count` values of a number, rising: all that there are, or else the middles of equal cells of its range.
 *
 * @param place from 0
 */
export function gridValue(dimension: NumberDimension, place: number, count: number): number {
  const { low, high } = dimension;
  if (count !== dimension.count) return dimension.value(low + ((place + 0.5) / count) * (high - low));
  // By values and not by coordinates: with a logarithm the cells of whole numbers are not equal.
  const [first, last] = [dimension.value(low), dimension.value(high)];
  const value = count === 1 ? first : first + (place * (last - first)) / (count - 1);
  return dimension.value(dimension.coordinate(value));
}
