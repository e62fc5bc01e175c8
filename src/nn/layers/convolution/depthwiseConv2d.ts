import { layerMaker } from "../base/layerMaker.js";
import { DepthwiseConvolution, type DepthwiseOptions } from "./depthwiseConvolution.js";

/** Options of {@link depthwiseConv2d}. */
export type DepthwiseConv2dOptions = DepthwiseOptions;

/**
 * The layer behind {@link depthwiseConv2d}. Variables: kernel `[height, width, channels, depthMultiplier]`, bias `[channels · depthMultiplier]`.
 */
export class DepthwiseConv2d extends DepthwiseConvolution {
  readonly type = "depthwiseConv2d";

  constructor(options: DepthwiseConv2dOptions) {
    super({ type: "depthwiseConv2d", rank: 2 }, options);
  }
}

/**
 * A convolution of each channel by itself, which gives `depthMultiplier` channels for each: those of the first
 * channel first.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, channels · depthMultiplier]`, with as many windows as
 * conv2d has.
 *
 * @throws on an unknown option, on another rank, an open number of channels, and where no window fits
 */
export const depthwiseConv2d = layerMaker(DepthwiseConv2d);
