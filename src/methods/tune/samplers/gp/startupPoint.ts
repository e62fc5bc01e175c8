import type { Level } from "../../space/dimensions.js";
import type { Situation } from "../sampler.js";
import { SobolDimension, sobolDimensions } from "../sobol/sobolSequence.js";
import { emptyRow, entryAt } from "./candidates.js";
import { type Encoding, encodingOf, pointOfRow } from "./encoding.js";
import { type LeafPath, leafPathAt, leafPathCount } from "./leafPaths.js";

/** More paths than that are drawn, not gone round. */
const mostPaths = 1024;
const attempts = 64;

/** Powers of two fill a space evenly: 8, or as many as let every path come twice, up to 32. */
export function startupFor(level: Level): number {
  const wanted = Math.min(32, 2 * leafPathCount(level));
  return Math.max(8, 2 ** Math.ceil(Math.log2(wanted)));
}

/**
 * A point before there is a model: trials go round the leaf paths, in an order drawn by the seed, and on each through a
 * scrambled Sobol sequence of its own. `undefined` where none of many may be tried.
 */
export function startupPoint(
  { level, number, scramble, random }: Situation,
  isFresh: (point: ReadonlyMap<string, number>) => boolean,
): Map<string, number> | undefined {
  const encoding = encodingOf(level);
  const count = leafPathCount(level);
  const isMany = count > mostPaths;
  const order = isMany ? undefined : scramble.split("paths").permutation(count);
  const chosen = order?.[number % count] ?? random.split("path").integer(Math.min(count, 2 ** 50));
  const path = leafPathAt(level, chosen);
  const round = isMany ? number : Math.floor(number / count);
  for (let attempt = 0; attempt < attempts; attempt++) {
    // Others than those of the sequence's beginning, which are of other trials.
    const index = attempt === 0 ? round : 2 ** 20 + round * attempts + attempt;
    const point = sobolPointOf(encoding, path, index, scramble);
    if (isFresh(point)) return point;
  }
  return undefined;
}

function sobolPointOf(
  encoding: Encoding,
  path: LeafPath,
  index: number,
  scramble: Situation["scramble"],
): Map<string, number> {
  const row = emptyRow(encoding, path);
  const own = scramble.split(path.key);
  path.free.forEach((dimension, place) => {
    const random = own.split(dimension.path);
    const u =
      place < sobolDimensions ? new SobolDimension(place, random).at(index) : random.split(index).uniform();
    row[encoding.places.get(dimension.path) as number] = entryAt(dimension, u);
  });
  return pointOfRow(encoding, row);
}
