/** Every activation, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type CeluOptions, celu } from "./celu.js";
export { type EluOptions, elu } from "./elu.js";
export { type GeluOptions, gelu } from "./gelu.js";
export { type GluOptions, glu } from "./glu.js";
export { type HardShrinkOptions, hardShrink } from "./hardShrink.js";
export { type LeakyReluOptions, leakyRelu } from "./leakyRelu.js";
export { type LogSoftmaxOptions, logSoftmax } from "./logSoftmax.js";
export {
  exponential,
  hardSigmoid,
  hardSilu,
  hardTanh,
  linear,
  logSigmoid,
  mish,
  type PlainActivation,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  sparsePlus,
  sparseSigmoid,
  tanh,
  tanhShrink,
} from "./plain.js";
export { type ReluOptions, relu } from "./relu.js";
export { type SoftmaxOptions, softmax } from "./softmax.js";
export { type SoftShrinkOptions, softShrink } from "./softShrink.js";
export { type SquareplusOptions, squareplus } from "./squareplus.js";
export { type ThresholdOptions, threshold } from "./threshold.js";
