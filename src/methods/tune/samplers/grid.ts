import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import type { Dimension, Level, NumberDimension, Point } from "../space/dimensions.js";
import { cellCount, gridValue, type PointsOf, pointOfCell } from "../space/gridCells.js";
import { pointKey } from "../space/pointKey.js";
import type { Sampler, Situation } from "./sampler.js";
import { sobolPoint } from "./sobol/sobol.js";

export interface GridOptions {
  /**
   * Values of a number that has a continuum of them, or more than four times as many: the middles of equal parts of its range.
   * Others have all of theirs. From 1. Default: 8, or the power of two by which there are 256 combinations.
   */
  readonly points?: number | undefined;
}

const fields = { points: optional(number({ min: 1, integer: true })) } satisfies FieldsOf<GridOptions>;

/** More cells than that are not gone through one by one. */
const most = 1_000_000;

/** Fewer combinations are tried too soon: two numbers by 8 values each are 64. */
const least = 256;

/**
 * Every combination once, in the order of a scrambled Sobol sequence, branches by turns, so that a search that is stopped has
 * looked everywhere. Ends when all are done.
 *
 * @throws ImagoError on unknown options; when proposing, where none of many combinations of a grid of more than a million may
 *   be tried
 */
export function grid(options: GridOptions = {}): Sampler {
  const settings = readOptions("grid", options, fields);
  return {
    name: "grid",
    config: configOf(settings),
    propose: (situation) => propose(situation, gridOf(situation.level, settings.points)),
  };
}

function propose(situation: Situation, pointsOf: PointsOf): Point | undefined {
  const { level, seen, running, scramble, allows } = situation;
  const known = new Set([...seen.map(({ point }) => pointKey(point)), ...running.map(pointKey)]);
  const isFresh = (point: Point): boolean => allows(point) && !known.has(pointKey(point));
  const next = sobolPoint({ ...situation, allows: isFresh }, (dimension, u) =>
    cellValue(dimension, u, pointsOf),
  );
  if (isFresh(next)) return next;
  const count = cellCount(level, pointsOf);
  if (count > most) {
    throw new ImagoError(`grid: of ${count} combinations none was found that may be tried and was not.`, {
      help: "Take another sampler, fewer points, or a constraint that more combinations keep.",
    });
  }
  for (const cell of scramble.split("grid").permutation(count)) {
    const point = pointOfCell(level, pointsOf, cell);
    if (isFresh(point)) return point;
  }
  return undefined;
}

function cellValue(dimension: Dimension, u: number, pointsOf: PointsOf): number {
  if (dimension.kind === "category") return Math.floor(u * dimension.count);
  const count = pointsOf(dimension);
  return gridValue(dimension, Math.floor(u * count), count);
}

function gridOf(level: Level, points: number | undefined): PointsOf {
  const by =
    (own: number): PointsOf =>
    ({ count }: NumberDimension) =>
      count !== undefined && count <= 4 * own ? count : own;
  if (points !== undefined) return by(points);
  let own = 8;
  while (own < least && cellCount(level, by(own)) < least) own *= 2;
  return by(own);
}
