import type { Generator } from "../../../engine/random/generator.js";
import type { Level, Point } from "../space/dimensions.js";
import { allValues, pointCount, pointOfCell } from "../space/gridCells.js";
import { drawAllowed } from "./random.js";

/** All points of larger spaces are not gone through. */
const most = 100_000;

/**
 * A point that is fresh, drawn; `undefined` where there is none in the whole of a space of up to 100,000 points. Of
 * larger spaces the last of many draws, where none of them is.
 */
export function untriedPoint(
  level: Level,
  isFresh: (point: Point) => boolean,
  random: Generator,
): Point | undefined {
  const drawn = drawAllowed(level, random.split("drawn"), isFresh);
  const count = pointCount(level);
  if (isFresh(drawn) || count > most) return drawn;
  for (const cell of random.split("cells").permutation(count)) {
    const point = pointOfCell(level, allValues, cell);
    if (isFresh(point)) return point;
  }
  return undefined;
}
