import { layerMaker } from "../base/layerMaker.js";
import { TransposedConvolution, type TransposedConvolutionOptions } from "./transposedConvolution.js";

/** Options of {@link conv1dTranspose}. */
export type Conv1dTransposeOptions = TransposedConvolutionOptions;

/** The layer behind {@link conv1dTranspose}. Variables: kernel `[steps, filters, channels]`, bias `[filters]`. */
export class Conv1dTranspose extends TransposedConvolution {
  readonly type = "conv1dTranspose";

  constructor(options: Conv1dTransposeOptions) {
    super({ type: "conv1dTranspose", rank: 1 }, options);
  }
}

/**
 * A transposed convolution, also called deconvolution: what a convolution does to its input's gradient (Dumoulin
 * and Visin 2016), so strides make the output larger.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, steps, filters]`: size · strides along each axis,
 * with padding `valid` (size − 1) · strides + kernelSize where the window is larger than the stride.
 *
 * @throws on an unknown option, on another rank, and on an open number of channels
 */
export const conv1dTranspose = layerMaker(Conv1dTranspose);
