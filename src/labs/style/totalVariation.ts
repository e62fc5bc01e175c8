import { aValue } from "../../engine/arguments.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { slice } from "../../engine/ops/slice.js";
import { sub } from "../../engine/ops/sub.js";

/**
 * How much neighbouring pixels differ: the mean square of differences down plus that of differences across. (The
 * squared form of the total variation of Rudin, Osher and Fatemi, 1992; it has no kink at 0.)
 *
 * @param pixels `[1, 3, height, width]`, both sides at least 2
 * @returns a scalar, in squared units of the pixels
 */
export function totalVariation(pixels: Value): Value {
  aValue.read("totalVariation", "pixels", pixels);
  return add(meanSquareDifference(pixels, 2), meanSquareDifference(pixels, 3));
}

function meanSquareDifference(pixels: Value, axis: number): Value {
  const size = pixels.size(axis);
  const behind = slice(pixels, { starts: [1], ends: [size], axes: [axis] });
  const before = slice(pixels, { starts: [0], ends: [size - 1], axes: [axis] });
  const difference = sub(behind, before);
  return reduceMean(mul(difference, difference));
}
