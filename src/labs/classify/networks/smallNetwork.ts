import { relu } from "../../../nn/layers/activation/relu.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { conv2d } from "../../../nn/layers/convolution/conv2d.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { batchNormalization } from "../../../nn/layers/normalization/batchNormalization.js";
import { globalAveragePooling2d } from "../../../nn/layers/pooling/globalAveragePooling2d.js";
import { maxPooling2d } from "../../../nn/layers/pooling/maxPooling2d.js";
import { dropout } from "../../../nn/layers/regularization/dropout.js";

/** Channels of the blocks, each at half the side of the one before, for pictures up to this side and for larger ones. */
const smallSide = 32;
const channels = { small: [16, 32, 64, 96], large: [32, 64, 128, 192, 256, 256] } as const;
/** Of the running statistics: small sets have few steps, in which the usual 0.99 would hardly get to know them. */
const momentum = 0.9;
/** Pixels at which no block halves the side any more. */
const leastSide = 4;

/**
 * The lab's own network from scratch: blocks of a 3 × 3 convolution, pooling by maxima, batch normalisation and ReLU, as many as the
 * picture's side allows; one more without pooling; the mean over all places. Plain convolutions, which pay better on a CPU than
 * depthwise ones, and normalisation behind the pooling, where there is a quarter left to normalise.
 *
 * @param x `[batch, height, width, 3]`, about from −1 to 1
 * @returns probabilities `[batch, classes]`
 */
export function smallNetwork(
  x: SymbolicTensor,
  size: readonly [number, number],
  classes: number,
): SymbolicTensor {
  const block = (input: SymbolicTensor, filters: number, isPooled: boolean): SymbolicTensor => {
    const conv = conv2d({ filters, kernelSize: 3, padding: "same", useBias: false })(input);
    const pooled = isPooled ? maxPooling2d({ poolSize: 2, padding: "same" })(conv) : conv;
    return relu()(batchNormalization({ momentum })(pooled));
  };
  let y = x;
  let side = Math.min(...size);
  const own = channels[side <= smallSide ? "small" : "large"];
  let depth = 0;
  while (side > leastSide && depth < own.length - 1) {
    y = block(y, own[depth] as number, true);
    side = Math.ceil(side / 2);
    depth++;
  }
  const features = globalAveragePooling2d()(block(y, own[depth] as number, false));
  return dense({ units: classes, activation: "softmax", name: "classes" })(dropout({ rate: 0.2 })(features));
}
