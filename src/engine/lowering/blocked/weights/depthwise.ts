import { reduceSum } from "../../../ops/reduceSum.js";
import { reshape } from "../../../ops/reshape.js";
import { slice } from "../../../ops/slice.js";
import type { WeightGradient } from "../../weightGradients.js";
import { blocked } from "../images.js";
import { block, blockedConv } from "../operators.js";
import type { Sums } from "./sums.js";

/** Every channel of every image convolved with its `dy`: both lie in blocks as the kernel wants them. */
export function depthwiseWeights({ x, dy, convolution }: WeightGradient): Sums {
  const [image, slopes] = [blocked(x), blocked(dy)];
  const { kernel, strides, dilations, before } = convolution;
  const [batch, channels, rows, columns] = image.shape as readonly [number, number, number, number];
  const counts = [slopes.size(2), slopes.size(3)] as const;
  const behind = kernel.map((size, axis) => {
    const reach =
      (size - 1) * (dilations[axis] as number) +
      (strides[axis] as number) * ((counts[axis] as number) - 1) +
      1;
    return Math.max(0, reach - image.size(axis + 2) - (before[axis] as number));
  });
  const planes = batch * channels;
  const sums = blockedConv(
    reshape(image, [1, planes, rows, columns]),
    reshape(slopes, [planes, 1, ...counts]),
    { strides: dilations, dilations: strides, pads: [...before, ...behind], group: planes },
  );
  const [height, width] = kernel as readonly [number, number];
  // What no window reaches makes more places than the window has.
  const apart = slice(reshape(sums, [batch, channels / block, 1, sums.size(2), sums.size(3), block]), {
    starts: [0, 0],
    ends: [height, width],
    axes: [3, 4],
  });
  return {
    value: reduceSum(apart, { axes: [0], keepDims: false }),
    axes: { out: 0, inside: 1, height: 2, width: 3, lane: 4 },
  };
}
