import type { Value } from "../graph/graph.js";
import { conv } from "../ops/conv.js";
import { Tensor } from "../tensor/tensor.js";
import { producerOf } from "./rewrite.js";

/** Rows, then columns. */
export type Pair = readonly [number, number];

export interface TapOptions {
  /** Row and column of the first element taken; negative ones lie before the image. Default: [0, 0]. */
  readonly offsets?: Pair;
  /** Default: [1, 1]. */
  readonly strides?: Pair;
  /** How many rows and columns are taken. */
  readonly lengths: Pair;
  /** Default: 1. */
  readonly factor?: number;
}

/** How a window with one element that counts moves along an axis. */
interface Course {
  readonly kernel: number;
  /** Which element of the window counts. */
  readonly place: number;
  /** Pads at the two ends. */
  readonly before: number;
  readonly after: number;
}

/** The smallest window that gives exactly `length` elements. */
function courseOf(size: number, offset: number, stride: number, length: number): Course {
  const [before, place] = [Math.max(0, -offset), Math.max(0, offset)];
  const last = (length - 1) * stride;
  const room = size + before - last;
  const kernel = Math.max(place + 1, room - stride + 1);
  return { kernel, place, before, after: Math.max(0, kernel - room) };
}

/**
 * Every `strides`-th element of an image from `offsets` on, times `factor`; zeros where there is none. As a depthwise
 * convolution, which stays in the layout of the convolutions around it, can be joined with a sum, and takes all
 * channels of a block at once.
 *
 * @param x [batch, channels, rows, columns]
 * @returns [batch, channels, …lengths]
 */
export function tap(x: Value, options: TapOptions): Value {
  const { offsets = [0, 0], strides = [1, 1], lengths, factor = 1 } = options;
  const channels = x.shape[1] as number;
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    courseOf(x.shape[axis + 2] as number, offsets[axis], strides[axis], lengths[axis]),
  ) as [Course, Course];
  const isIdle = [rows, columns].every(({ kernel, before, after }) => kernel === 1 && before + after === 0);
  if (isIdle && factor === 1 && strides.every((stride) => stride === 1)) return x;
  const elements = rows.kernel * columns.kernel;
  const weights = new Float32Array(channels * elements);
  const place = rows.place * columns.kernel + columns.place;
  for (let channel = 0; channel < channels; channel++) weights[channel * elements + place] = factor;
  const shape = [channels, 1, rows.kernel, columns.kernel];
  const pads = [rows.before, columns.before, rows.after, columns.after];
  return conv(x, new Tensor("float32", shape, weights), undefined, { group: channels, strides, pads });
}

const convolutions = new Set(["Conv"]);

/** An image as the result of a convolution: it is then in blocks of channels. */
export function copied(image: Value): Value {
  if (producerOf(image, convolutions) !== undefined) return image;
  const channels = image.shape[1] as number;
  const ones = new Tensor("float32", [channels, 1, 1, 1], new Float32Array(channels).fill(1));
  return conv(image, ones, undefined, { group: channels });
}
