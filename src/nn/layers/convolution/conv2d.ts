import { layerMaker } from "../base/layerMaker.js";
import { PlainConvolution, type PlainConvolutionOptions } from "./plainConvolution.js";

/** Options of {@link conv2d}. `padding` is `valid` or `same`. */
export type Conv2dOptions = PlainConvolutionOptions;

/** The layer behind {@link conv2d}. Variables: kernel `[height, width, channels / groups, filters]`, bias `[filters]`. */
export class Conv2d extends PlainConvolution {
  readonly type = "conv2d";

  constructor(options: Conv2dOptions) {
    super({ type: "conv2d", rank: 2 }, options);
  }
}

/**
 * A convolution over images: `activation(Σ input · kernel + bias)` over windows of pixels. In the field's sense, that
 * is, the kernel is not reversed.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, filters]`. Along each axis there are
 * ⌊(size − dilationRate · (kernelSize − 1) − 1) / strides⌋ + 1 windows, with padding `same`
 * ⌈size / strides⌉.
 *
 * @throws on an unknown option, on another rank, an open number of channels, and where no window fits
 */
export const conv2d = layerMaker(Conv2d);
