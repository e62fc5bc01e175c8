import type { Value } from "../../../graph/graph.js";
import { fusedMatMul } from "../../../ops/fusedMatMul.js";
import { reduceSum } from "../../../ops/reduceSum.js";
import { reshape } from "../../../ops/reshape.js";
import { slice } from "../../../ops/slice.js";
import { transpose } from "../../../ops/transpose.js";
import type { WeightGradient } from "../../weightGradients.js";
import { blocked, padded } from "../images.js";
import { block, blockedSource, inBlocks } from "../operators.js";
import { channelsLastOf } from "./operands.js";
import type { Sums } from "./sums.js";

/** Up to so many channels it is `x` alone that is brought into another order. */
const fewChannels = 32;
/** Up to so many weights products of blocks with blocks, which need no other order, take less time than what brings images into one. */
const mostByBlocks = 2048;

/**
 * The gradient for windows of one element as products of matrices, each pixel of `dy` with that of `x`: of blocks of `dy` with all
 * channels of `x`, of blocks of 16 by 16 channels, or of all with all.
 */
export function weightsByProducts({ x, dy }: WeightGradient): Sums {
  const [channels, out] = [inBlocks(x.size(1)), inBlocks(dy.size(1))];
  if (blockedSource(dy) === undefined) return ofAll(x, dy);
  if (channels <= fewChannels) return ofBlocksWithAll(x, dy);
  return blockedSource(x) !== undefined && channels * out <= mostByBlocks ? ofBlocks(x, dy) : ofAll(x, dy);
}

const pixelsOf = (image: Value): number => image.size(2) * image.size(3);

function ofBlocks(x: Value, dy: Value): Sums {
  const [image, slopes] = [blocked(x), blocked(dy)];
  const [batch, pixels] = [image.size(0), pixelsOf(image)];
  const [channels, out] = [image.size(1), slopes.size(1)];
  const a = reshape(slopes, [batch, out / block, 1, pixels, block]);
  const b = reshape(image, [batch, 1, channels / block, pixels, block]);
  const sums = summed(fusedMatMul(a, b, { transA: true }));
  // [blocks of out, 16 out, channels]
  const turned = reshape(transpose(sums, [0, 2, 1, 3]), [out / block, block, channels]);
  return laidOut(turned, x.size(1));
}

function ofBlocksWithAll(x: Value, dy: Value): Sums {
  const slopes = blocked(dy);
  const [batch, pixels, out] = [slopes.size(0), pixelsOf(slopes), slopes.size(1)];
  const a = reshape(slopes, [batch, out / block, pixels, block]);
  const b = reshape(channelsLastOf(x), [batch, 1, pixels, x.size(1)]);
  return laidOut(summed(fusedMatMul(a, b, { transA: true })), x.size(1));
}

function ofAll(x: Value, dy: Value): Sums {
  const [rows, out] = [dy.size(0) * pixelsOf(dy), dy.size(1)];
  const [a, b] = [reshape(channelsLastOf(dy), [rows, out]), reshape(channelsLastOf(x), [rows, x.size(1)])];
  const sums = padded(fusedMatMul(a, b, { transA: true }), 0, inBlocks(out));
  return laidOut(reshape(sums, [sums.size(0) / block, block, x.size(1)]), x.size(1));
}

/** The sum over the images, which stand first. */
const summed = (products: Value): Value => reduceSum(products, { axes: [0], keepDims: false });

/** [blocks of out, 16 out, channels], of which the first ones are wanted. */
function laidOut(sums: Value, channels: number): Sums {
  const isFilled = sums.size(2) > channels;
  const wanted = isFilled ? slice(sums, { starts: [0], ends: [channels], axes: [2] }) : sums;
  return {
    value: reshape(wanted, [wanted.size(0), block, channels, 1, 1]),
    axes: { out: 0, lane: 1, inside: 2, height: 3, width: 4 },
  };
}
