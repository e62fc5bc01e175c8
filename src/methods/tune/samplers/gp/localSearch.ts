import type { Dimension, NumberDimension } from "../../space/dimensions.js";
import type { Acquisition } from "./acquisition.js";
import type { Box } from "./box.js";
import { valueUnits } from "./candidates.js";
import { type Encoding, roundedUnit } from "./encoding.js";
import type { LeafPath } from "./leafPaths.js";
import { minimizeInBox } from "./minimizeInBox.js";

/** A row and what the acquisition function has for it. */
export interface Scored {
  readonly row: Float64Array;
  readonly score: number;
}

/** Up to so many values all are looked at; more are gone through by doubling steps. */
const few = 16;
const rounds = 8;

/**
 * Climbs from a row of a path: along the gradient over numbers, those with many values taken for continuous and rounded
 * afterwards, then along one discrete parameter after another, in turns until nothing is gained. (Optuna 5 does the same.)
 */
export function climb(
  { encoding, box }: { readonly encoding: Encoding; readonly box: Box },
  path: LeafPath,
  acquisition: Acquisition,
  start: Scored,
): Scored {
  const placed = path.free.map((dimension) => ({
    dimension,
    place: encoding.places.get(dimension.path) as number,
  }));
  const soft = placed.filter(
    ({ dimension: { kind, count } }) => kind === "number" && (count ?? few + 1) > few,
  );
  const discrete = placed.filter(({ dimension: { count } }) => count !== undefined && count > 1);
  let best = start;
  for (let round = 0; round < rounds; round++) {
    const before = best.score;
    if (soft.length > 0) best = ascend(acquisition, best, soft, box);
    for (const { dimension, place } of discrete) best = tryValues(acquisition, best, dimension, place);
    if (discrete.length === 0 || best.score <= before + 1e-6) break;
  }
  return best;
}

interface Placed {
  readonly dimension: Dimension;
  readonly place: number;
}

function ascend(acquisition: Acquisition, start: Scored, soft: readonly Placed[], box: Box): Scored {
  const row = start.row.slice();
  const places = soft.map(({ place }) => place);
  const put = (point: Float64Array): void => {
    places.forEach((place, i) => {
      row[place] = point[i] as number;
    });
  };
  const evaluate = (point: Float64Array, gradient: Float64Array): number => {
    put(point);
    const value = -acquisition.valueAndSlopes(row, places, gradient);
    for (let i = 0; i < gradient.length; i++) gradient[i] = -gradient[i]!;
    return value;
  };
  const { inverseSquares } = acquisition.surrogate.kernel.hyperparameters;
  const found = minimizeInBox(
    evaluate,
    Float64Array.from(places, (place) => row[place]!),
    {
      low: places.map((place) => box.low[place]!),
      high: places.map((place) => box.high[place]!),
      curvature: places.map((place) => Math.min(0.1, 0.1 / inverseSquares[place]!)),
      firstStep: 0.1,
      iterations: 30,
      tolerance: 1e-3,
    },
  );
  put(found.point);
  let isRounded = false;
  for (const { dimension, place } of soft) {
    if (dimension.count === undefined) continue;
    row[place] = roundedUnit(dimension as NumberDimension, row[place]!);
    isRounded = true;
  }
  const score = isRounded ? acquisition.value(row) : -found.value;
  return score > start.score ? { row, score } : start;
}

/** The best value of one discrete parameter. */
function tryValues(acquisition: Acquisition, start: Scored, dimension: Dimension, place: number): Scored {
  const row = start.row.slice();
  let best = start;
  const own = row[place] as number;
  for (const value of valuesToTry(dimension, own)) {
    if (value === own) continue;
    row[place] = value;
    const score = acquisition.value(row, best.score);
    if (score > best.score) best = { row: row.slice(), score };
  }
  return best;
}

function valuesToTry(dimension: Dimension, own: number): number[] {
  const count = dimension.count as number;
  if (dimension.kind === "category") return Array.from({ length: count }, (_, k) => k);
  const all = count <= 100_000 ? valueUnits(dimension) : undefined;
  if (all === undefined) return [];
  if (count <= few) return [...all];
  let at = 0;
  while (at + 1 < count && all[at]! < own - 1e-12) at++;
  const values: number[] = [];
  for (let step = 1; step < count; step *= 2) {
    if (at - step >= 0) values.push(all[at - step]!);
    if (at + step < count) values.push(all[at + step]!);
  }
  return values;
}
