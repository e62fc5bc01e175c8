import type { Value } from "../../graph/graph.js";
import { slice } from "../slice.js";
import { conv } from "./conv.js";
import { type Convolution, windowsReach } from "./convolution.js";
import { spatialAxes } from "./window.js";

/**
 * The convolution of which exactly `counts` windows are wanted along each axis: the pads behind the last
 * element are chosen for that, and what no window touches is cut off.
 */
export function convTo(
  x: Value,
  w: Value,
  { kernel, strides, dilations, before, after, group }: Convolution,
  counts: readonly number[],
): Value {
  const axes = spatialAxes(x.rank);
  // The fewest elements to add behind; a negative number of them is cut off, but for what leaves no room for one more.
  const least = windowsReach({ kernel, strides, dilations, before, after }, counts).map(
    (reach, axis) => reach - x.size(axis + 2) - (before[axis] as number),
  );
  const fitting = least.map((pad, axis) =>
    pad >= 0 ? pad : Math.min(0, pad + (strides[axis] as number) - 1),
  );
  const used = fitting.map((pad, axis) => x.size(axis + 2) + Math.min(0, pad));
  const pads = [...before, ...fitting.map((pad) => Math.max(0, pad))];
  const image = slice(x, { starts: axes.map(() => 0), ends: used, axes });
  return conv(image, w, undefined, { strides, dilations, pads, group });
}
