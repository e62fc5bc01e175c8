import type { Value } from "../graph/graph.js";
import { sum } from "../ops/sum.js";
import { sameShape } from "../tensor/shape.js";
import { channelBlock } from "./device.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";
import { copied } from "./tap.js";

const sums = new Set(["Add", "Sum"]);
const convolutions = new Set(["Conv"]);
const reshapes = new Set(["Reshape"]);

/**
 * The sum of a convolution and of what a Reshape made an image: with the latter brought into blocks of channels, by a
 * depthwise convolution that copies. So the sum is part of that convolution, and what follows stays in blocks: the
 * mask of a Relu is neither brought out of them nor kept for it from the forward pass on.
 */
export const blockedSums: Rule = ({ node, inputs }) => {
  const [a, b] = inputs as [Value, Value];
  if (!isStandard(node, sums) || inputs.length !== 2 || a.dtype !== "float32" || a.rank !== 4)
    return undefined;
  const channels = a.size(1);
  const [image, other] = producerOf(a, reshapes) === undefined ? [b, a] : [a, b];
  const suits = producerOf(image, reshapes) !== undefined && producerOf(other, convolutions) !== undefined;
  if (!suits || channels % channelBlock !== 0 || !sameShape(image.shape, other.shape)) return undefined;
  return [sum(other, copied(image))];
};
