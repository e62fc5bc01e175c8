import type { Value } from "../graph/graph.js";
import { conv } from "../ops/conv/conv.js";
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
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    courseOf(x.size(axis + 2), offsets[axis], strides[axis], lengths[axis]),
  ) as [Course, Course];
  const isIdle = [rows, columns].every(({ kernel, before, after }) => kernel === 1 && before + after === 0);
  if (isIdle && factor === 1 && strides.every((stride) => stride === 1)) return x;
  const kernel = new Float32Array(rows.kernel * columns.kernel);
  kernel[rows.place * columns.kernel + columns.place] = factor;
  const pads = [rows.before, columns.before, rows.after, columns.after];
  return depthwise(x, kernel, { size: [rows.kernel, columns.kernel], strides, pads });
}

const convolutions = new Set(["Conv"]);

/** An image as the result of a convolution: it is then in blocks of channels. */
export function copied(image: Value): Value {
  if (producerOf(image, convolutions) !== undefined) return image;
  return depthwise(image, [1]);
}

export interface DepthwiseOptions {
  /** Rows and columns of the kernel. Default: [1, 1]. */
  readonly size?: Pair;
  /** Default: [1, 1]. */
  readonly strides?: Pair;
  /** Before the first row and column, then behind the last. Default: none. */
  readonly pads?: readonly number[];
}

/** A convolution of each channel by itself, all with one `kernel`, given row by row. */
export function depthwise(image: Value, kernel: ArrayLike<number>, options: DepthwiseOptions = {}): Value {
  const { size = [1, 1], ...window } = options;
  const channels = image.size(1);
  const weights = new Float32Array(channels * kernel.length);
  for (let channel = 0; channel < channels; channel++) weights.set(kernel, channel * kernel.length);
  const shape = [channels, 1, ...size];
  return conv(image, new Tensor("float32", shape, weights), undefined, { ...window, group: channels });
}
