import type { Value } from "../../graph/graph.js";
import type { Window } from "../../ops/conv/window.js";
import { matMul } from "../../ops/matMul.js";
import { pad } from "../../ops/pad.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";
import { transpose } from "../../ops/transpose.js";
import { Tensor } from "../../tensor/tensor.js";
import { block, blockedConv } from "./operators.js";
import type { View } from "./weights/blockedWeights.js";
import { transformedWeights } from "./weights/transformed.js";
import { overTiles, tileRows, winograd } from "./winograd.js";

/** Rows and columns of the window. */
const side = 3;
const matrices = winograd(tileRows, side);
const points = matrices.results.length;
/** The point 1, at which results are the sum of all that is found there, so that a bias is added once. */
const one = 1;

/** What a convolution of images in blocks is, as far as it decides how it is done. */
export interface ConvolutionSizes {
  /** Of the image: [batch, channels, rows, columns]. */
  readonly image: readonly number[];
  /** Of the weights, without what fills blocks up: [out, in / group, …kernel]. */
  readonly weights: readonly number[];
  readonly window: Pick<Window, "strides" | "dilations" | "before" | "after">;
  readonly group: number;
  /** Whether the weights are the same in every run, so that they are transformed once. */
  readonly isFrozen: boolean;
}

/**
 * Nanoseconds on one core with AVX-512, from profiles of layers of 64 to 512 channels, see `docs/benchmarks.md`: of a
 * pixel, and of each of its channels or pairs of an input and an output channel.
 */
const costs = {
  /** What half of the products of a pair take, less what has to be saved to call it worth the while. */
  saved: 0.04,
  /** The product with the matrix of all tiles, for each row of the image and each input channel. */
  row: 0.0435,
  /** Putting points before channels, for each input channel. */
  input: 0.9,
  /** The way back and an activation in a pass of its own, for each output channel. */
  output: 1.9,
  /** By what the last two are divided where all that is made of an image stays in caches. */
  cached: 2,
  /** Transforming weights, for each pair and once for the whole batch. */
  weights: 21,
};

/** Elements of a transformed image that stay in caches. */
const cachedElements = 2 ** 21;

/**
 * Whether {@link tiledConvolution} can do a convolution and is faster than one kernel: for windows of 3×3 without strides
 * and dilations, of many channels in whole blocks and not too many rows.
 */
export function isTiledFaster({ image, weights, window, group, isFrozen }: ConvolutionSizes): boolean {
  const [batch, , rows, columns] = image as readonly [number, number, number, number];
  const [out, channels, ...kernel] = weights as readonly [number, number, number, number];
  const { strides, dilations, before, after } = window;
  const fits =
    group === 1 &&
    channels % block === 0 &&
    out % block === 0 &&
    kernel.every((size) => size === side) &&
    [...strides, ...dilations].every((step) => step === 1) &&
    [...before, ...after].every((border) => border < side);
  if (!fits) return false;
  const pixels = batch * rows * columns;
  const { saved, row, input, output, cached, weights: once } = costs;
  const perPair = saved - (isFrozen ? 0 : once / pixels);
  const transformed = (points / tileRows) * Math.max(channels, out) * pixels;
  const reordering = (channels * input + out * output) / (transformed <= cachedElements ? cached : 1);
  return channels * out * perPair > channels * row * rows + reordering;
}

export interface TiledOptions {
  /** [out] */
  readonly bias: Value | undefined;
  readonly window: Pick<Window, "before" | "after">;
}

/**
 * A convolution of a blocked image with windows of 3×3 by Winograd's F(4, 3) over the rows: of every four rows of the
 * result six points are found, each by a convolution along the row, which makes half of the multiplications. Error: below
 * 1e-5 of the largest result.
 *
 * @param x [batch, channels, rows, columns], blocked, its channels in whole blocks
 * @param view of weights [out, in, 3, 3], `out` in whole blocks
 * @returns [batch, out, …], blocked
 */
export function tiledConvolution(x: Value, view: View, { bias, window }: TiledOptions): Value {
  const [batch, channels, rows, columns] = x.shape as readonly [number, number, number, number];
  const [top, left, bottom, right] = [...window.before, ...window.after] as [number, number, number, number];
  const [height, width] = [rows + top + bottom - side + 1, columns + left + right - side + 1];
  const tiles = Math.ceil(height / tileRows);
  const blocks = channels / block;
  const transformed = matMul(
    overTiles(matrices.image, { tiles, rows, first: -top }),
    reshape(x, [batch * blocks, rows, columns * block]),
  );
  // Points come before channels, since they are the groups.
  const apart = reshape(transformed, [batch, blocks, points, tiles * columns * block]);
  const byPoint = transpose(apart, [0, 2, 1, 3]);
  const weights = transformedWeights(view);
  const out = weights.size(0) / points;
  const products = blockedConv(reshape(byPoint, [batch, points * channels, tiles, columns]), weights, {
    bias: bias && pad(bias, { pads: [one * out, (points - one - 1) * out] }),
    pads: [0, left, 0, right],
    group: points,
  });
  const lines = (out / block) * tiles;
  const results = matMul(ofResults(), reshape(products, [batch, points, lines * width * block]));
  const inOrder = transpose(reshape(results, [batch, tileRows, lines, width * block]), [0, 2, 1, 3]);
  const filled = reshape(inOrder, [(batch * out) / block, tiles * tileRows, width * block]);
  const whole =
    filled.size(1) === height ? filled : slice(filled, { starts: [0], ends: [height], axes: [1] });
  return reshape(whole, [batch, out, height, width]);
}

/** From the points of a tile to its rows: [4, 6]. */
function ofResults(): Tensor {
  const data = Array.from({ length: tileRows }, (_, row) =>
    matrices.results.map((powers) => powers[row] as number),
  );
  return new Tensor("float32", [tileRows, points], Float32Array.from(data.flat()));
}
