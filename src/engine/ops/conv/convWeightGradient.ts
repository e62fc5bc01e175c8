import type { Value } from "../../graph/graph.js";
import { sizeOf } from "../../tensor/shape.js";
import { concat } from "../concat.js";
import { matMul, matrixTranspose } from "../matMul.js";
import { pad } from "../pad.js";
import { reduceSum } from "../reduceSum.js";
import { reshape } from "../reshape.js";
import { slice } from "../slice.js";
import { transpose } from "../transpose.js";
import { type Convolution, windowsReach } from "./convolution.js";
import { convTo } from "./convTo.js";
import { spatialAxes } from "./window.js";

/** Fewest channels of a group for which products over them pay. */
const leastChannels = 8;
/** Most elements of a window, each of which takes a few nodes. */
const mostElements = 25;

/** [batch, channels, …] to [channels / group, group · batch, …]. */
function channelsFirst(x: Value, group: number): Value {
  const [batch, channels, sizes] = [x.size(0), x.size(1), x.shape.slice(2)];
  if (group === 1) return transpose(x, [1, 0, ...spatialAxes(x.rank)]);
  const apart = reshape(x, [batch, group, channels / group, ...sizes]);
  const order = [2, 1, 0, ...sizes.map((_, axis) => axis + 3)];
  return reshape(transpose(apart, order), [channels / group, group * batch, ...sizes]);
}

/**
 * As the convolution of the image with `dy`, batch and channels exchanged, so that strides and dilations change
 * places. Slow where it has many channels, since its kernel is an image.
 */
function swappedConvolution(x: Value, dy: Value, convolution: Convolution): Value {
  const { kernel, strides, dilations, before, after, group } = convolution;
  const swapped = { strides: dilations, dilations: strides, kernel: dy.shape.slice(2), before, after, group };
  const result = convTo(channelsFirst(x, group), channelsFirst(dy, 1), swapped, kernel);
  return transpose(result, [1, 0, ...spatialAxes(x.rank)]);
}

/** Every place in a window, in row-major order. */
function placesOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place, at])),
    [[]],
  );
}

/**
 * As one matrix product for each element of the window: the pixels that lie under it in all windows, times `dy`.
 */
function shiftedProducts(x: Value, dy: Value, convolution: Convolution): Value {
  const { kernel, strides, dilations, before, group } = convolution;
  const counts = dy.shape.slice(2);
  const axes = spatialAxes(x.rank);
  const back = windowsReach(convolution, counts).map((reach, axis) =>
    Math.max(0, reach - x.size(axis + 2) - (before[axis] as number)),
  );
  const image = pad(x, { pads: [0, 0, ...before, 0, 0, ...back] });
  const matrices = (channels: Value): Value => {
    const [batch, count] = [channels.size(0), channels.size(1)];
    return reshape(channels, [batch, group, count / group, sizeOf(counts)]);
  };
  const slopes = matrices(dy);
  const products = placesOf(kernel).map((place) => {
    const starts = place.map((at, axis) => at * (dilations[axis] as number));
    const ends = starts.map(
      (at, axis) => at + (strides[axis] as number) * ((counts[axis] as number) - 1) + 1,
    );
    const under = slice(image, { starts, ends, axes, steps: strides });
    return reduceSum(matMul(slopes, matrixTranspose(matrices(under))), { axes: [0], keepDims: true });
  });
  const shape = [...kernel, dy.size(1), x.size(1) / group];
  const places = kernel.map((_, axis) => axis);
  return transpose(reshape(concat(products, { axis: 0 }), shape), [
    kernel.length,
    kernel.length + 1,
    ...places,
  ]);
}

/**
 * Measured in time of one core: products take 45 ms where the swapped convolution takes 100 (64 images of 64×32×32,
 * 64 filters of 3×3), 12 against 24 (8 of 128×28×28), 11 against 22 (depthwise, 8 of 96×56×56); but 9 against 6
 * depthwise with strides, and 9 against 2 for 64 filters of 7×7 over 3 channels.
 */
function areProductsFaster(x: Value, { kernel, strides, group }: Convolution): boolean {
  const elements = sizeOf(kernel);
  const channels = x.size(1) / group;
  const dense = group > 1 && strides.every((stride) => stride === 1);
  return elements === 1 || (elements <= mostElements && (channels >= leastChannels || dense));
}

/** The gradient of a convolution for its weights, [out, in / group, …]. */
export function convWeightGradient(x: Value, dy: Value, convolution: Convolution): Value {
  return areProductsFaster(x, convolution)
    ? shiftedProducts(x, dy, convolution)
    : swappedConvolution(x, dy, convolution);
}
