import { layerMaker } from "../base/layerMaker.js";
import { SeparableConvolution, type SeparableOptions } from "./separableConvolution.js";

/** Options of {@link separableConv1d}. */
export type SeparableConv1dOptions = SeparableOptions;

/**
 * The layer behind {@link separableConv1d}. Variables: depthwiseKernel
 * `[steps, channels, depthMultiplier]`, pointwiseKernel `[1, channels · depthMultiplier, filters]`, bias `[filters]`.
 */
export class SeparableConv1d extends SeparableConvolution {
  readonly type = "separableConv1d";

  constructor(options: SeparableConv1dOptions) {
    super({ type: "separableConv1d", rank: 1 }, options);
  }
}

/**
 * A depthwise separable convolution (Chollet 2017): each channel by itself over windows, then channels alone, with
 * bias and activation at the end.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, steps, filters]`, with as many windows as
 * conv1d has.
 *
 * @throws on an unknown option, on another rank, an open number of channels, and where no window fits
 */
export const separableConv1d = layerMaker(SeparableConv1d);
