import type { Value } from "../../../graph/graph.js";
import { concat } from "../../../ops/concat.js";
import { pad } from "../../../ops/pad.js";
import { reshape } from "../../../ops/reshape.js";
import { slice } from "../../../ops/slice.js";
import { transpose } from "../../../ops/transpose.js";
import type { WeightGradient } from "../../weightGradients.js";
import { blocked, padded } from "../images.js";
import { block, reorderOutput } from "../operators.js";
import { channelsLastOf } from "./operands.js";

/** Fewest rows of a strip: each takes some of its neighbours' rows with it. */
const leastRows = 4;

/** Into how many strips of rows each image is cut, so that fewer images than a block make a block. */
export function stripCount(batch: number, rows: number): number {
  const wanted = Math.floor(block / batch);
  return Math.max(1, Math.min(wanted, Math.floor(rows / leastRows)));
}

/**
 * The same gradient with strips of rows for images: a sum over images and rows does not care which are which. Strips of
 * the image have the rows that windows reach into.
 */
export function inStrips(gradient: WeightGradient): WeightGradient {
  const { x, dy, convolution } = gradient;
  const count = stripCount(x.size(0), dy.size(2));
  if (count === 1) return gradient;
  const rows = Math.ceil(dy.size(2) / count);
  const { kernel, strides, dilations, before } = convolution;
  const [stride, first] = [strides[0] as number, before[0] as number];
  const reach = (rows - 1) * stride + ((kernel[0] as number) - 1) * (dilations[0] as number) + 1;
  const last = (count - 1) * rows * stride + reach;
  const images = channelsLastOf(x);
  const [batch, , columns, channels] = images.shape as readonly [number, number, number, number];
  const lines = reshape(images, [batch, x.size(2), columns * channels]);
  const high = pad(lines, { pads: [0, first, 0, 0, last - first - x.size(2), 0] });
  const parts = Array.from({ length: count }, (_, index) => {
    const from = index * rows * stride;
    return slice(high, { starts: [from], ends: [from + reach], axes: [1] });
  });
  const strips = reshape(concat(parts, { axis: 1 }), [batch * count, reach, columns, channels]);
  return {
    ...gradient,
    x: transpose(strips, [0, 3, 1, 2]),
    dy: slopeStrips(dy, count, rows),
    convolution: {
      ...convolution,
      before: [0, before[1] as number],
      after: [0, convolution.after[1] as number],
    },
  };
}

function slopeStrips(dy: Value, count: number, rows: number): Value {
  const source = blocked(dy);
  const [batch, filled, height, columns] = source.shape as readonly [number, number, number, number];
  const blocks = filled / block;
  const line = columns * block;
  const high = padded(reshape(source, [batch * blocks, height, line]), 1, count * rows);
  const apart = transpose(reshape(high, [batch, blocks, count, rows * line]), [0, 2, 1, 3]);
  return reorderOutput(reshape(apart, [batch * count, filled, rows, columns]), dy.size(1));
}
