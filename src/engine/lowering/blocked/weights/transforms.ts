import { matMul } from "../../../ops/matMul.js";
import { reduceSum } from "../../../ops/reduceSum.js";
import { reshape } from "../../../ops/reshape.js";
import { transpose } from "../../../ops/transpose.js";
import { Tensor } from "../../../tensor/tensor.js";
import type { WeightGradient } from "../../weightGradients.js";
import { block, blockedConv, reorderInput } from "../operators.js";
import { overTiles, tileRows, winograd } from "../winograd.js";
import { channelsLast, wholeBatch } from "./operands.js";
import type { Sums } from "./sums.js";

/**
 * For windows of 3×3 without strides and dilations: tiles of four rows of the image and of `dy` are transformed over the
 * rows, then each of the six points has a convolution as of a single row. Error: below 1e-4 of the largest weight's gradient.
 */
export function weightsByTransforms({ x, dy, convolution }: WeightGradient): Sums {
  const [channels, rows, columns] = [x.size(1), x.size(2), x.size(3)];
  const [counts, row] = [dy.size(2), dy.size(3)];
  const [top, left] = convolution.before as readonly [number, number];
  const { results, window, image } = winograd(tileRows, 3);
  const points = results.length;
  const tiles = Math.ceil(counts / tileRows);
  const images = channelsLast(x);
  const batch = images.size(0);
  const blocks = batch / block;
  const ofImage = matMul(
    overTiles(image, { tiles, rows, first: -top }),
    reshape(images, [batch, rows, columns * channels]),
  );
  const turned = reorderInput(reshape(ofImage, [1, batch, points * tiles * columns, channels]));
  const slopes = wholeBatch(dy);
  const out = slopes.size(1);
  const outBlocks = out / block;
  const ofSlopes = matMul(
    overTiles(results, { tiles, rows: counts, first: 0 }),
    reshape(slopes, [batch * outBlocks, counts, row * block]),
  );
  const asWeights = reorderInput(
    reshape(ofSlopes, [blocks, block, 1, outBlocks * points * tiles * row * block]),
    true,
  );
  // Of each block of images the points come first, since they are the groups.
  const apart = reshape(asWeights, [blocks, outBlocks, points, tiles * row * block * block]);
  const byPoint = outBlocks === 1 ? apart : transpose(apart, [0, 2, 1, 3]);
  const products = blockedConv(
    reshape(turned, [1, blocks * points * tiles * block, columns, channels]),
    reshape(byPoint, [blocks * points * out, tiles * block, row, 1]),
    { pads: [left, 0, row + 2 - columns - left, 0], group: blocks * points },
  );
  const sums = reduceSum(reshape(products, [blocks, points, out * 3 * channels]), {
    axes: [0],
    keepDims: false,
  });
  const weights = matMul(windowMatrix(window), sums);
  return {
    value: reshape(weights, [3, outBlocks, 3, channels, block]),
    axes: { height: 0, out: 1, width: 2, inside: 3, lane: 4 },
  };
}

/** [3, points]: from the points back to the rows of the window. */
function windowMatrix(window: readonly (readonly number[])[]): Tensor {
  const columns = [0, 1, 2].map((row) => window.map((powers) => powers[row] as number));
  return new Tensor("float32", [3, window.length], Float32Array.from(columns.flat()));
}
