import { readOptions } from "../../../../engine/options.js";
import type { Dimension, Level, Point } from "../../space/dimensions.js";
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
 *
 * @param toValue a parameter's value at a coordinate from 0 to 1. Default: each as likely
 */
export function sobolPoint(
  { level, number, scramble, random, allows }: Situation,
  toValue: (dimension: Dimension, u: number) => number = valueAt,
): Point {
  const coordinate = coordinatesOf(level, scramble, random);
  const at = (index: number): Point => {
    const point = new Map<string, number>();
    fill(level, point, (dimension) => toValue(dimension, coordinate(dimension.path, index)));
    return point;
  };
  let point = at(number);
  for (let attempt = 1; attempt < attempts && !allows(point); attempt++) {
    point = at(2 ** 20 + number * attempts + attempt);
  }
  return point;
}

/** Coordinates by path and index. The dimensions are made when they are asked for: most branches are not. */
function coordinatesOf(
  level: Level,
  scramble: Situation["scramble"],
  random: Situation["random"],
): (path: string, index: number) => number {
  const places = new Map(dimensionsOf(level).map(({ path }, place) => [path, place]));
  const made = new Map<string, SobolDimension>();
  return (path, index) => {
    const place = places.get(path) as number;
    if (place >= sobolDimensions) return random.split(path).split(index).uniform();
    const own = made.get(path) ?? new SobolDimension(place, scramble.split(path));
    made.set(path, own);
    return own.at(index);
  };
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
