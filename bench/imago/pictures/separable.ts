import {
  dense,
  globalAveragePooling2d,
  maxPooling2d,
  type SymbolicTensor,
  separableConv2d,
} from "../../../src/index.js";

/** The course's network of separable convolutions. */
export function separable(image: SymbolicTensor): SymbolicTensor {
  const pair = (x: SymbolicTensor, ...both: readonly number[]): SymbolicTensor =>
    both.reduce((y, filters) => separableConv2d({ filters, kernelSize: 3, activation: "relu" })(y), x);
  const small = maxPooling2d()(pair(image, 32, 64));
  const features = pair(maxPooling2d()(pair(small, 64, 128)), 64, 128);
  const hidden = dense({ units: 32, activation: "relu" })(globalAveragePooling2d()(features));
  return dense({ units: 10, activation: "softmax" })(hidden);
}
