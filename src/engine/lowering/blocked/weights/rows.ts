import type { Value } from "../../../graph/graph.js";
import { concat } from "../../../ops/concat.js";
import { pad } from "../../../ops/pad.js";
import { reduceSum } from "../../../ops/reduceSum.js";
import { reshape } from "../../../ops/reshape.js";
import { slice } from "../../../ops/slice.js";
import { Tensor } from "../../../tensor/tensor.js";
import type { WeightGradient } from "../../weightGradients.js";
import { block, blockedConv, reorderInput } from "../operators.js";
import { channelsLast, wholeBatch } from "./operands.js";
import type { Sums } from "./sums.js";

/**
 * For each row of the window a convolution whose kernel is a row of `dy`, over all rows of the image as its channels.
 *
 * @returns [rows of the window, blocks of out, columns of the window, in, 16 out]
 */
export function weightsByRows({ x, dy, convolution }: WeightGradient): Sums {
  const { kernel, strides, dilations, before } = convolution;
  const [height, width] = [kernel[0] as number, kernel[1] as number];
  const [rows, channels] = [x.size(2), x.size(1)];
  const [counts, row] = [dy.size(2), dy.size(3)];
  const reach = (width - 1) * (dilations[1] as number) + (strides[1] as number) * (row - 1) + 1;
  const images = firstColumns(channelsLast(x), reach - (before[1] as number));
  const columns = images.size(2);
  const blocks = images.size(0) / block;
  // [blocks of images, rows, columns · channels · 16 images]
  const image = reshape(reorderInput(reshape(images, [1, blocks * block, rows * columns, channels])), [
    blocks,
    rows,
    columns * channels * block,
  ]);
  const slopes = slopesOf(dy);
  const out = slopes.size(0) / blocks;
  const parts = Array.from({ length: height }, (_, place) => {
    const first = place * (dilations[0] as number) - (before[0] as number);
    // A row of the window that lies outside of the image at every place has no gradient.
    if (first >= rows || first + (strides[0] as number) * (counts - 1) < 0)
      return images.graph.constant(Tensor.zeros([blocks, out * width * channels]));
    const under = rowsFrom(image, first, strides[0] as number, counts);
    const shape = [1, blocks * counts * block, columns, channels];
    const sums = blockedConv(reshape(under, shape), slopes, {
      strides: [dilations[1] as number, 1],
      dilations: [strides[1] as number, 1],
      pads: [before[1] as number, 0, reach - columns - (before[1] as number), 0],
      group: blocks,
    });
    return reshape(sums, [blocks, out * width * channels]);
  });
  const all = parts.length === 1 ? (parts[0] as Value) : concat(parts, { axis: 1 });
  const sums = blocks === 1 ? all : reduceSum(all, { axes: [0], keepDims: false });
  return {
    value: reshape(sums, [height, out / block, width, channels, block]),
    axes: { height: 0, out: 1, width: 2, inside: 3, lane: 4 },
  };
}

/** As many columns of images with channels last as windows reach. */
function firstColumns(images: Value, reach: number): Value {
  return reach >= images.size(2) ? images : slice(images, { starts: [0], ends: [reach], axes: [2] });
}

/** `dy` as weights: [blocks of images · out, rows · 16 images, columns, 1]. */
export function slopesOf(dy: Value): Value {
  const image = wholeBatch(dy);
  const [batch, out, rows, columns] = image.shape as readonly [number, number, number, number];
  const turned = reorderInput(reshape(image, [batch / block, block, 1, out * rows * columns]), true);
  return reshape(turned, [(batch / block) * out, rows * block, columns, 1]);
}

/** `count` rows from the one at `first` on, every `stride`-th of them; zeros where there is none. */
function rowsFrom(image: Value, first: number, stride: number, count: number): Value {
  const rows = image.size(1);
  const last = first + stride * (count - 1);
  // Where whole rows are cut off, negative pads do it.
  const fitted = pad(image, { pads: [0, -first, 0, 0, last - rows + 1, 0] });
  if (stride === 1) return fitted;
  return slice(fitted, { starts: [0], ends: [last - first + 1], axes: [1], steps: [stride] });
}
