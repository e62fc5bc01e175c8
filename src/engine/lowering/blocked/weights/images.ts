import type { Value } from "../../../graph/graph.js";
import { pad } from "../../../ops/pad.js";
import { reduceSum } from "../../../ops/reduceSum.js";
import { reshape } from "../../../ops/reshape.js";
import type { WeightGradient } from "../../weightGradients.js";
import { bordered } from "../images.js";
import { block, blockedConv, blockedSource, reorderInput, reorderOutput } from "../operators.js";
import { channelsLast } from "./operands.js";
import { slopesOf } from "./rows.js";
import type { Sums } from "./sums.js";

/**
 * One convolution whose kernel is an image of `dy`, for windows without strides and dilations: columns and channels of
 * the image lie behind each other, with columns of zeros where the window reaches over.
 */
export function weightsByImages({ x, dy, convolution }: WeightGradient): Sums {
  const [height, width] = convolution.kernel as readonly [number, number];
  const [top, left] = convolution.before as readonly [number, number];
  const [channels, rows, columns] = [x.size(1), x.size(2), x.size(3)];
  const [counts, row] = [dy.size(2), dy.size(3)];
  const full = row + width - 1;
  const images = wideImages(x, left, full - columns - left);
  const batch = images.size(0);
  const image = reorderInput(reshape(images, [1, batch, rows, full * channels]));
  const slopes = slopesOf(dy);
  const blocks = batch / block;
  const out = slopes.size(0) / blocks;
  const sums = blockedConv(image, reshape(slopes, [blocks * out, block, counts, row]), {
    dilations: [1, channels],
    pads: [top, 0, counts + height - 1 - rows - top, 0],
    group: blocks,
  });
  const apart = reshape(sums, [blocks, out / block, height, width, channels, block]);
  return {
    value: reduceSum(apart, { axes: [0], keepDims: false }),
    axes: { out: 0, height: 1, width: 2, inside: 3, lane: 4 },
  };
}

/** An image with its channels last, and columns of zeros before and behind. */
function wideImages(x: Value, left: number, right: number): Value {
  const source = blockedSource(x);
  return source === undefined || right < 0
    ? pad(channelsLast(x), { pads: [0, 0, left, 0, 0, 0, right, 0] })
    : channelsLast(reorderOutput(bordered(source, { top: 0, left, bottom: 0, right }), x.size(1)));
}
