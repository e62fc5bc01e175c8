import type { NumberDimension, Point } from "../../space/dimensions.js";
import { Acquisition } from "../gp/acquisition.js";
import { balancedPath } from "../gp/balancedPath.js";
import type { Box } from "../gp/box.js";
import { type Encoding, encodingOf, pointOfRow, rowOf, unitOf } from "../gp/encoding.js";
import { type LeafPath, leafPathOf } from "../gp/leafPaths.js";
import { maximizeAcquisition } from "../gp/maximizeAcquisition.js";
import { isFresh } from "../isNew.js";
import type { Seen, Situation } from "../sampler.js";
import { localModel, trialsFor } from "./localModel.js";
import { trustRegionOf } from "./trustRegion.js";

const search = { candidates: 512, climbs: 4 };

/**
 * A point within a trust region, by a Gaussian process of the trials near its centre: where the function is not of one kind
 * everywhere, a model of a part is better there than one of the whole. In spaces with branches it is a region of the path
 * that a rule of equal shares gives.
 *
 * @returns `undefined` where there is no region, or nothing new in it
 */
export function proposeInRegion(situation: Situation, isOwn: (trial: Seen) => boolean): Point | undefined {
  const { level, seen, running, noisy } = situation;
  const random = situation.random.split("region");
  const path = balancedPath(level, seen, running, random.split("path"));
  const numbers = path.free.filter(
    (dimension): dimension is NumberDimension =>
      dimension.kind === "number" && dimension.low < dimension.high && dimension.count !== 1,
  );
  const trials = seen.filter(({ point }) => leafPathOf(level, point).key === path.key);
  if (numbers.length === 0 || trials.length < 4) return undefined;
  const distance = (a: Seen, b: Seen): number =>
    Math.max(...numbers.map((one) => Math.abs(placeOf(one, a) - placeOf(one, b))));
  const region = trustRegionOf(trials, numbers.length, distance, isOwn);
  if (region === undefined) return undefined;
  const encoding = encodingOf(level);
  const near = trialsFor(trials, region, distance, path.free.length);
  const going = running.filter((point) => leafPathOf(level, point).key === path.key);
  const { surrogate, best } = localModel(encoding, near, going, region.side, numbers.length, noisy);
  const centre = rowOf(encoding, region.centre.point);
  const fresh = isFresh(situation);
  const space = {
    encoding,
    box: boxAround(encoding, path, centre, region.side, surrogate.kernel.hyperparameters.inverseSquares),
    paths: [path],
    incumbents: [[centre]],
    isAllowed: (row: Float64Array) => fresh(pointOfRow(encoding, row)),
  };
  const { row } = maximizeAcquisition(space, new Acquisition(surrogate, best), random, search);
  return row && pointOfRow(encoding, row);
}

function placeOf(dimension: NumberDimension, { point }: Seen): number {
  return unitOf(dimension, point.get(dimension.path) as number);
}

/** The region, longer where the function changes slowly: by length-scales, with the volume that it would have as a cube. */
function boxAround(
  { places, dimensions }: Encoding,
  { free }: LeafPath,
  centre: Float64Array,
  side: number,
  inverseSquares: Float64Array,
): Box {
  const own = free.filter(({ kind }) => kind === "number").map(({ path }) => places.get(path) as number);
  const logs = own.map((place) => -Math.log(inverseSquares[place]!) / 2);
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const low = new Float64Array(dimensions.length);
  const high = new Float64Array(dimensions.length).fill(1);
  own.forEach((place, i) => {
    const half = (side / 2) * Math.exp(logs[i]! - mean);
    low[place] = Math.max(0, centre[place]! - half);
    high[place] = Math.min(1, centre[place]! + half);
  });
  return { low, high };
}
