import { layerMaker } from "../base/layerMaker.js";
import { TransposedConvolution, type TransposedConvolutionOptions } from "./transposedConvolution.js";

/** Options of {@link conv2dTranspose}. */
export type Conv2dTransposeOptions = TransposedConvolutionOptions;

/** The layer behind {@link conv2dTranspose}. Variables: kernel `[height, width, filters, channels]`, bias `[filters]`. */
export class Conv2dTranspose extends TransposedConvolution {
  readonly type = "conv2dTranspose";

  constructor(options: Conv2dTransposeOptions) {
    super({ type: "conv2dTranspose", rank: 2 }, options);
  }
}

/**
 * A transposed convolution, also called deconvolution: what a convolution does to its input's gradient (Dumoulin
 * and Visin 2016), so strides make the output larger.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, filters]`: size · strides along each axis,
 * with padding `valid` (size − 1) · strides + kernelSize where the window is larger than the stride.
 *
 * @throws on an unknown option, on another rank, and on an open number of channels
 */
export const conv2dTranspose = layerMaker(Conv2dTranspose);
