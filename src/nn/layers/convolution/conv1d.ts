import { layerMaker } from "../base/layerMaker.js";
import { PlainConvolution, type PlainConvolutionOptions } from "./plainConvolution.js";

/** As {@link PlainConvolutionOptions}; `padding` may also be `causal`: zeros in front, so that no window sees a later step. */
export type Conv1dOptions = PlainConvolutionOptions;

/** The layer behind {@link conv1d}. Variables: kernel `[steps, channels / groups, filters]`, bias `[filters]`. */
export class Conv1d extends PlainConvolution {
  readonly type = "conv1d";

  constructor(options: Conv1dOptions) {
    super({ type: "conv1d", rank: 1, paddings: ["valid", "same", "causal"] }, options);
  }
}

/**
 * A convolution over time: `activation(Σ input · kernel + bias)` over windows of steps.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, steps, filters]`. Along each axis there are
 * ⌊(size − dilationRate · (kernelSize − 1) − 1) / strides⌋ + 1 windows, with padding `same` or `causal`
 * ⌈size / strides⌉.
 *
 * @throws on an unknown option, on another rank, an open number of channels, and where no window fits
 */
export const conv1d = layerMaker(Conv1d);
