import { Tensor } from "../../../engine/tensor/tensor.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { conv2d } from "../../../nn/layers/convolution/conv2d.js";
import { rescaling } from "../../../nn/layers/preprocessing/rescaling.js";
import { permute } from "../../../nn/layers/reshaping/permute.js";
import type { Preprocessing } from "../../../vision/preprocessing.js";

/**
 * Pixels as a network of others wants them, inside the network, so that nobody has to prepare them outside.
 *
 * @param pixels `[batch, height, width, 3]`, RGB from 0 to 255
 * @returns the network's input, in its own layout
 */
export function preparedPixels(pixels: SymbolicTensor, preprocessing: Preprocessing): SymbolicTensor {
  const { channelOrder, layout } = preprocessing.settings;
  const [scale, offset] = [preprocessing.unitsPerLevel, preprocessing.bounds.black];
  const isPlain = scale.every((one) => one === 1) && offset.every((one) => one === 0);
  const inOrder = channelOrder === "rgb" ? pixels : swapped(pixels);
  const scaled = isPlain
    ? inOrder
    : rescaling({ scale: [...scale], offset: [...offset], name: "prepared" })(inOrder);
  return layout === "channelsFirst" ? permute({ dims: [3, 1, 2], name: "channels_first" })(scaled) : scaled;
}

/** Blue, green, red: a convolution of one pixel that exchanges the first and the last channel. */
function swapped(pixels: SymbolicTensor): SymbolicTensor {
  const swap = conv2d({ filters: 3, kernelSize: 1, useBias: false, trainable: false, name: "bgr" });
  const output = swap(pixels);
  const [kernel] = swap.layer.variables;
  if (kernel !== undefined)
    kernel.value = new Tensor("float32", [1, 1, 3, 3], Float32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 0));
  return output;
}
