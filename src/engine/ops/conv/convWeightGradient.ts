import type { Value } from "../../graph/graph.js";
import { reshape } from "../reshape.js";
import { transpose } from "../transpose.js";
import type { Convolution } from "./convolution.js";
import { convTo } from "./convTo.js";
import { spatialAxes } from "./window.js";

/** [batch, channels, …] to [channels / group, group · batch, …]. */
function channelsFirst(x: Value, group: number): Value {
  const [batch, channels, sizes] = [x.size(0), x.size(1), x.shape.slice(2)];
  if (group === 1) return transpose(x, [1, 0, ...spatialAxes(x.rank)]);
  const apart = reshape(x, [batch, group, channels / group, ...sizes]);
  const order = [2, 1, 0, ...sizes.map((_, axis) => axis + 3)];
  return reshape(transpose(apart, order), [channels / group, group * batch, ...sizes]);
}

/**
 * The gradient of a convolution for its weights, [out, in / group, …]: the convolution of the image with `dy`, batch and
 * channels exchanged, so that strides and dilations change places. Its kernel is an image, so lowering finds it and
 * takes what the device does faster.
 */
export function convWeightGradient(x: Value, dy: Value, convolution: Convolution): Value {
  const { kernel, strides, dilations, before, after, group } = convolution;
  const swapped = { strides: dilations, dilations: strides, kernel: dy.shape.slice(2), before, after, group };
  const result = convTo(channelsFirst(x, group), channelsFirst(dy, 1), swapped, kernel);
  return transpose(result, [1, 0, ...spatialAxes(x.rank)]);
}
