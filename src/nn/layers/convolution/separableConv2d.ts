import { layerMaker } from "../base/layerMaker.js";
import { SeparableConvolution, type SeparableOptions } from "./separableConvolution.js";

/** Options of {@link separableConv2d}. */
export type SeparableConv2dOptions = SeparableOptions;

/**
 * The layer behind {@link separableConv2d}. Variables: depthwiseKernel
 * `[height, width, channels, depthMultiplier]`, pointwiseKernel `[1, 1, channels · depthMultiplier, filters]`, bias `[filters]`.
 */
export class SeparableConv2d extends SeparableConvolution {
  readonly type = "separableConv2d";

  constructor(options: SeparableConv2dOptions) {
    super({ type: "separableConv2d", rank: 2 }, options);
  }
}

/**
 * A depthwise separable convolution (Chollet 2017): each channel by itself over windows, then channels alone, with
 * bias and activation at the end.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, filters]`, with as many windows as
 * conv2d has.
 *
 * @throws on an unknown option, on another rank, an open number of channels, and where no window fits
 */
export const separableConv2d = layerMaker(SeparableConv2d);
