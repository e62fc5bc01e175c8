import type { Value } from "../../graph/graph.js";
import { spatialAxes } from "../conv/window.js";
import { pad } from "../pad.js";
import { resize } from "../resize.js";
import { slice } from "../slice.js";

/** Each pixel as a tile of `kernel` equal ones. */
export function spreadTiles(x: Value, kernel: readonly number[]): Value {
  if (kernel.every((size) => size === 1)) return x;
  return resize(x, {
    scales: [1, 1, ...kernel],
    mode: "nearest",
    coordinateTransformationMode: "asymmetric",
    nearestMode: "floor",
  });
}

/** The part of an image that whole tiles cover. */
export function cropToTiles(x: Value, covered: readonly number[]): Value {
  return slice(x, { starts: covered.map(() => 0), ends: covered, axes: spatialAxes(x.rank) });
}

/** The adjoint of {@link cropToTiles}: zeros where no tile is. */
export function padTiles(tiles: Value, like: Value): Value {
  const rest = like.shape.map((size, axis) => size - tiles.size(axis));
  return pad(tiles, { pads: [...rest.map(() => 0), ...rest] });
}
