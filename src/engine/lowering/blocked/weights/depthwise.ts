import { reduceSum } from "../../../ops/reduceSum.js";
import { reshape } from "../../../ops/reshape.js";
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
      (size - 1) * (dilations[axis] as number) + (strides[axis] as number) * ((counts[axis] as number) - 1) + 1;
    return Math.max(0, reach - image.size(axis + 2) - (before[axis] as number));
  });
  const planes = batch * channels;
  const sums = blockedConv(
    reshape(image, [1, planes, rows, columns]),
    reshape(slopes, [planes, 1, ...counts]),
    { strides: dilations, dilations: strides, pads: [...before, ...behind], group: planes },
  );
  const [height, width] = kernel as readonly [number, number];
  const apart = reshape(sums, [batch, channels / block, 1, height, width, block]);
  return {
    value: reduceSum(apart, { axes: [0], keepDims: false }),
    axes: { out: 0, inside: 1, height: 2, width: 3, lane: 4 },
  };
}
