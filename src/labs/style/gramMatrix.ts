import { aValue } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { div } from "../../engine/ops/div.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reshape } from "../../engine/ops/reshape.js";
import { transpose } from "../../engine/ops/transpose.js";
import { formatType, Tensor } from "../../engine/tensor/tensor.js";

/**
 * Which channels of an activation answer together, wherever in the image: F Fᵀ / positions, where F is the
 * activation as a matrix of channels by positions. (Gatys, Ecker and Bethge, "Image Style Transfer Using
 * Convolutional Neural Networks", 2016, equation 3; the division makes images of different sizes comparable.)
 *
 * @param activation `[1, channels, height, width]`
 * @param weights how much each position counts, `[height · width]` from 0 to 1; the sum is then divided by the sum
 *   of their squares (Gatys et al., "Controlling Perceptual Factors in Neural Style Transfer", 2017, equation 6).
 *   Default: all count 1.
 * @returns `[channels, channels]`
 * @throws when the activation has another rank or several images, or all weights are 0
 */
export function gramMatrix(activation: Value, weights?: Float32Array): Value {
  aValue.read("gramMatrix", "activation", activation);
  const [images, channels = 0, height = 0, width = 0] = activation.shape;
  if (activation.rank !== 4 || images !== 1) {
    throw new ImagoError(
      `gramMatrix: expected one image [1, channels, height, width], received ${formatType(activation.type)}`,
    );
  }
  const positions = height * width;
  const features = reshape(activation, [channels, positions]);
  if (weights === undefined) return div(matMul(features, transpose(features, [1, 0])), positions);
  const total = weights.reduce((sum, weight) => sum + weight * weight, 0);
  if (!(total > 0)) throw new ImagoError("gramMatrix: the weights are 0 at every position");
  const weighted = mul(features, new Tensor("float32", [1, positions], Float32Array.from(weights)));
  return div(matMul(weighted, transpose(weighted, [1, 0])), total);
}
