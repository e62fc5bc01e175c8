import { readOptions } from "../../../../engine/options.js";
import type { Dimension, Level, Point } from "../../space/dimensions.js";
import { drawOne } from "../random.js";
import type { Sampler, Situation } from "../sampler.js";
import { SobolDimension, sobolDimensions } from "./sobolSequence.js";

/**
 * The scrambled Sobol sequence over all parameters, those of all branches included, each in a dimension of its own: the point
 * is a function of the seed and the trial's number, so that order and number of workers do not matter. First points are best
 * taken by powers of two.
 */
export function sobol(options: Readonly<Record<never, never>> = {}): Sampler {
  readOptions("sobol", options, {});
  return { name: "sobol", config: {}, propose: (situation) => sobolPoint(situation) };
}

/** How many of the sequence's points are gone through for one that may be tried. */
const attempts = 1000;

/**
 * The point of the trial's number; where that may not be tried, one of those beyond the first million.
 */
export function sobolPoint({ level, number, scramble, random, allows }: Situation): Point {
  const places = new Map(dimensionsOf(level).map(({ path }, place) => [path, place]));
  const at = (index: number): Point => {
    const point = new Map<string, number>();
    fill(level, point, (dimension) => {
      const place = places.get(dimension.path) as number;
      if (place >= sobolDimensions) return drawOne(dimension, random.split(dimension.path));
      return valueAt(dimension, new SobolDimension(place, scramble.split(dimension.path)).at(index));
    });
    return point;
  };
  let point = at(number);
  for (let attempt = 1; attempt < attempts && !allows(point); attempt++) {
    point = at(2 ** 20 + number * attempts + attempt);
  }
  return point;
}

/** All dimensions of a space, those of branches behind their parameter. */
export function dimensionsOf(level: Level): Dimension[] {
  return level.dimensions.flatMap((dimension) => [
    dimension,
    ...(dimension.kind === "category" ? (dimension.branches ?? []).flatMap(dimensionsOf) : []),
  ]);
}

function valueAt(dimension: Dimension, u: number): number {
  if (dimension.kind === "category") return Math.floor(u * dimension.count);
  return dimension.value(dimension.low + u * (dimension.high - dimension.low));
}

function fill(level: Level, point: Map<string, number>, value: (dimension: Dimension) => number): void {
  for (const dimension of level.dimensions) {
    const own = value(dimension);
    point.set(dimension.path, own);
    const branch = dimension.kind === "category" ? dimension.branches?.[own] : undefined;
    if (branch !== undefined) fill(branch, point, value);
  }
}
