import type { Generator } from "../../../../engine/random/generator.js";
import type { Dimension } from "../../space/dimensions.js";
import { SobolDimension, sobolDimensions } from "../sobol/sobolSequence.js";
import { type Box, clampedToBox, withinBox } from "./box.js";
import { type Encoding, manyRows, roundedUnit } from "./encoding.js";
import type { LeafPath } from "./leafPaths.js";

/** What is set of a row by a coordinate from 0 to 1: of numbers their rounded place, of categories the index. */
export function entryAt(dimension: Dimension, u: number): number {
  return dimension.kind === "category" ? Math.floor(u * dimension.count) : roundedUnit(dimension, u);
}

/** A row of a path with nothing but its branches set. */
export function emptyRow({ places, dimensions }: Encoding, { branches }: LeafPath): Float64Array {
  const row = new Float64Array(dimensions.length).fill(Number.NaN);
  for (const [path, branch] of branches) row[places.get(path) as number] = branch;
  return row;
}

/** Points of a path within a box by a scrambled Sobol sequence; all that there are on the path, where they are not more. */
export function spreadCandidates(
  encoding: Encoding,
  path: LeafPath,
  box: Box,
  count: number,
  random: Generator,
): { readonly rows: Float64Array[]; readonly areAll: boolean } {
  const cells = path.free.reduce((product, { count: own }) => product * (own ?? Number.POSITIVE_INFINITY), 1);
  const areAll = cells <= 2 * count;
  const sequences = path.free.map((dimension, place) =>
    areAll || place >= sobolDimensions ? undefined : new SobolDimension(place, random.split(dimension.path)),
  );
  const drawn = random.split("drawn");
  const empty = emptyRow(encoding, path);
  const rows = manyRows(areAll ? cells : count, empty.length);
  rows.forEach((row, index) => {
    row.set(empty);
    let rest = index;
    path.free.forEach((dimension, place) => {
      let u = areAll ? 0 : (sequences[place]?.at(index) ?? drawn.uniform());
      if (areAll && dimension.count !== undefined) {
        u = ((rest % dimension.count) + 0.5) / dimension.count;
        rest = Math.floor(rest / dimension.count);
      }
      const own = encoding.places.get(dimension.path) as number;
      if (areAll) row[own] = cellAt(dimension, u);
      else row[own] = entryAt(dimension, dimension.kind === "category" ? u : withinBox(box, own, u));
    });
  });
  return { rows, areAll };
}

/** Of equal shares of a range one for each value: of numbers with logarithms the cells are not equal. */
function cellAt(dimension: Dimension, u: number): number {
  if (dimension.kind === "category") return Math.floor(u * dimension.count);
  return valueUnits(dimension)[Math.floor(u * (dimension.count as number))] as number;
}

const units = new WeakMap<Dimension, Float64Array>();

/** The places of all values of a number that has finitely many. */
export function valueUnits(dimension: Dimension): Float64Array {
  const known = units.get(dimension);
  if (known !== undefined || dimension.kind === "category" || dimension.count === undefined) {
    return known ?? new Float64Array(0);
  }
  const { count, low, high, coordinate, value } = dimension;
  const [first, last] = [value(low), value(high)];
  const step = count > 1 ? (last - first) / (count - 1) : 0;
  const found = Float64Array.from({ length: count }, (_, k) =>
    low === high ? 0 : (coordinate(value(coordinate(first + k * step))) - low) / (high - low),
  );
  units.set(dimension, found);
  return found;
}

/**
 * Points around one: a number moves by a normal variable, with a deviation of its length-scale times one of several widths;
 * a category is drawn anew in one of so many points as there are parameters.
 */
export function nearCandidates(
  encoding: Encoding,
  { free }: LeafPath,
  box: Box,
  around: Float64Array,
  inverseSquares: Float64Array,
  count: number,
  random: Generator,
): Float64Array[] {
  const rows = manyRows(count, around.length);
  rows.forEach((row, index) => {
    row.set(around);
    const width = 0.3 * 0.25 ** (index % 4);
    // Some move along all coordinates, some along few.
    const share = index % 8 < 4 ? 1 : Math.min(1, 2 / free.length);
    for (const dimension of free) {
      const place = encoding.places.get(dimension.path) as number;
      const moves = random.uniform() < (dimension.kind === "category" ? 1 / free.length : share);
      if (!moves) continue;
      if (dimension.kind === "category") {
        row[place] = random.integer(dimension.count);
        continue;
      }
      const lengthScale = Math.min(1, 1 / Math.sqrt(inverseSquares[place]!));
      const moved = row[place]! + width * lengthScale * random.normal();
      row[place] = roundedUnit(dimension, clampedToBox(box, place, moved));
    }
  });
  return rows;
}
