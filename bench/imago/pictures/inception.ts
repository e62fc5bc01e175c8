import { averagePooling2d, concatenate, conv2d, type SymbolicTensor } from "../../../src/index.js";

/** The course's four branches, each halving the size; padded, as their outputs would differ in size without. */
export function inception(x: SymbolicTensor): SymbolicTensor {
  const [padding, kernelInitializer] = ["same", "heNormal"] as const;
  const convolve = (kernelSize: number, strides = 1) =>
    conv2d({ filters: 128, kernelSize, strides, padding, activation: "relu", kernelInitializer });
  const a = convolve(1, 2)(x);
  const b = convolve(3, 2)(convolve(1)(x));
  const c = convolve(3)(averagePooling2d({ poolSize: 3, strides: 2, padding })(x));
  const d = convolve(3, 2)(convolve(3)(convolve(1)(x)));
  return concatenate({ axis: -1 })([a, b, c, d]);
}
