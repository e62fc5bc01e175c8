import type { Value } from "../../../engine/graph/graph.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { range } from "../base/spatial.js";

/** Weights as Keras has them, `[…window, a, b]`, as ONNX's operators take them: `[b, a, …window]`. */
export function windowLast(kernel: Value): Value {
  const { rank } = kernel;
  return transpose(kernel, [rank - 1, rank - 2, ...range(0, rank - 2)]);
}

/**
 * A depthwise kernel `[…window, channels, multiplier]` as weights of a convolution with a group for each
 * channel, `[channels · multiplier, 1, …window]`.
 */
export function depthwiseWeights(kernel: Value): Value {
  const { rank } = kernel;
  const [channels, multiplier] = [kernel.size(-2), kernel.size(-1)];
  const turned = transpose(kernel, [rank - 2, rank - 1, ...range(0, rank - 2)]);
  return reshape(turned, [channels * multiplier, 1, ...kernel.shape.slice(0, -2)]);
}
