import type { Value } from "../graph/graph.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { conv } from "./conv.js";
import { convTranspose } from "./convTranspose.js";
import { matMul, matrixTranspose } from "./matMul.js";
import { reduceSum } from "./reduceSum.js";
import { reshape } from "./reshape.js";
import { reverse } from "./reverse.js";
import { slice } from "./slice.js";
import { transpose } from "./transpose.js";
import { extent, spatialAxes, type Window } from "./window.js";

/** A convolution as its gradients see it. */
export interface Convolution extends Window {
  readonly group: number;
}

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
  // From this many, one window more fits at `most`; a negative number is elements to cut off.
  const least = counts.map(
    (count, axis) =>
      (strides[axis] as number) * (count - 1) +
      extent({ kernel, strides, dilations, before, after }, axis) -
      (x.shape[axis + 2] as number) -
      (before[axis] as number),
  );
  const fitting = least.map((pad, axis) =>
    pad >= 0 ? pad : Math.min(0, pad + (strides[axis] as number) - 1),
  );
  const used = fitting.map((pad, axis) => (x.shape[axis + 2] as number) + Math.min(0, pad));
  const pads = [...before, ...fitting.map((pad) => Math.max(0, pad))];
  const image = slice(x, { starts: axes.map(() => 0), ends: used, axes });
  return conv(image, w, undefined, { strides, dilations, pads, group });
}

/** The weights of the convolution that goes the other way: [out, in / group, …] to [in, out / group, …], reversed. */
function turned(w: Value, group: number): Value {
  const [out, inside, ...kernel] = w.shape as [number, number, ...number[]];
  const reversed = spatialAxes(w.rank).filter((axis) => (w.shape[axis] as number) > 1);
  const flipped = reversed.length === 0 ? w : reverse(w, reversed);
  if (group === 1) return transpose(flipped, [1, 0, ...spatialAxes(w.rank)]);
  const apart = reshape(flipped, [group, out / group, inside, ...kernel]);
  const order = [0, 2, 1, ...kernel.map((_, axis) => axis + 3)];
  return reshape(transpose(apart, order), [group * inside, out / group, ...kernel]);
}

/**
 * Whether the gradient for the image is a convolution without cuts: no strides, and no window that lies outside of
 * the image. That runs faster than ConvTranspose, except where channels fall into groups of several.
 */
function isConvolution(
  { strides, before, after, group }: Convolution,
  w: Value,
  reach: readonly number[],
): boolean {
  const depthwise = w.shape[0] === group && w.shape[1] === 1;
  return (
    (group === 1 || depthwise) &&
    strides.every((stride) => stride === 1) &&
    reach.every((most, axis) => Math.max(before[axis] as number, after[axis] as number) <= most)
  );
}

/**
 * The gradient for the image, of spatial sizes `sizes`: a convolution of `dy` with the weights turned round
 * (Dumoulin and Visin 2016, section 4.3), or its general form.
 */
export function convInputGradient(dy: Value, w: Value, convolution: Convolution, sizes: Shape): Value {
  const { strides, dilations, before, after, group } = convolution;
  const reach = sizes.map((_, axis) => extent(convolution, axis) - 1);
  if (isConvolution(convolution, w, reach)) {
    const pads = [...before, ...after].map((pad, i) => (reach[i % sizes.length] as number) - pad);
    return conv(dy, turned(w, group), undefined, { dilations, pads, group });
  }
  const rest = sizes.map((size, axis) => {
    const covered =
      (strides[axis] as number) * ((dy.shape[axis + 2] as number) - 1) + (reach[axis] as number) + 1;
    return size + (before[axis] as number) + (after[axis] as number) - covered;
  });
  return convTranspose(dy, w, undefined, {
    strides,
    dilations,
    pads: [...before, ...after],
    outputPadding: rest,
    group,
  });
}

/** [batch, channels, …] to [channels / group, group · batch, …]. */
function channelsFirst(x: Value, group: number): Value {
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  if (group === 1) return transpose(x, [1, 0, ...spatialAxes(x.rank)]);
  const apart = reshape(x, [batch, group, channels / group, ...sizes]);
  const order = [2, 1, 0, ...sizes.map((_, axis) => axis + 3)];
  return reshape(transpose(apart, order), [channels / group, group * batch, ...sizes]);
}

/** The product over channels alone, for windows of one element that lie on every pixel. */
function pointwiseWeightGradient(x: Value, dy: Value): Value {
  const pixels = sizeOf(x.shape.slice(2));
  const rows = (image: Value): Value => reshape(image, [...image.shape.slice(0, 2), pixels]);
  const sums = reduceSum(matMul(rows(dy), matrixTranspose(rows(x))), { axes: [0] });
  return reshape(sums, [...sums.shape, ...x.shape.slice(2).map(() => 1)]);
}

/**
 * The gradient for the weights, [out, in / group, …]: the convolution of the image with `dy`, batch and
 * channels exchanged, so that strides and dilations change places.
 */
export function convWeightGradient(x: Value, dy: Value, convolution: Convolution): Value {
  const { kernel, strides, dilations, before, after, group } = convolution;
  const pointwise =
    [...kernel, ...strides].every((size) => size === 1) && [...before, ...after].every((pad) => pad === 0);
  if (pointwise && group === 1) return pointwiseWeightGradient(x, dy);
  const swapped = { strides: dilations, dilations: strides, kernel: dy.shape.slice(2), before, after, group };
  const result = convTo(channelsFirst(x, group), channelsFirst(dy, 1), swapped, kernel);
  return transpose(result, [1, 0, ...spatialAxes(x.rank)]);
}

/** The gradient for the bias, one for each channel. */
export function channelSums(dy: Value): Value {
  return reduceSum(dy, { axes: [0, ...spatialAxes(dy.rank)] });
}
