import { conv2d, maxPooling2d, type SymbolicTensor } from "../../../src/index.js";

/** Convolutions of 3 × 3, with or without pooling by maxima after the second and the fourth. */
export const cnn =
  (pooled: boolean) =>
  (image: SymbolicTensor): SymbolicTensor => {
    const convolve = (filters: number) =>
      conv2d({
        filters,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: "heNormal",
      });
    const pool = (x: SymbolicTensor): SymbolicTensor => (pooled ? maxPooling2d()(x) : x);
    const first = pool(convolve(32)(convolve(32)(image)));
    return convolve(128)(pool(convolve(64)(convolve(64)(first))));
  };
