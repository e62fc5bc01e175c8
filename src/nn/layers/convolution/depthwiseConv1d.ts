import { layerMaker } from "../base/layerMaker.js";
import { DepthwiseConvolution, type DepthwiseOptions } from "./depthwiseConvolution.js";

/** Options of {@link depthwiseConv1d}. */
export type DepthwiseConv1dOptions = DepthwiseOptions;

/**
 * The layer behind {@link depthwiseConv1d}. Variables: kernel `[steps, channels, depthMultiplier]`, bias `[channels · depthMultiplier]`.
 */
export class DepthwiseConv1d extends DepthwiseConvolution {
  readonly type = "depthwiseConv1d";

  constructor(options: DepthwiseConv1dOptions) {
    super({ type: "depthwiseConv1d", rank: 1 }, options);
  }
}

/**
 * A convolution of each channel by itself, which gives `depthMultiplier` channels for each: those of the first
 * channel first.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, steps, channels · depthMultiplier]`, with as many windows as
 * conv1d has.
 *
 * @throws on an unknown option, on another rank, an open number of channels, and where no window fits
 */
export const depthwiseConv1d = layerMaker(DepthwiseConv1d);
