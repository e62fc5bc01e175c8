import type { Value } from "../../../engine/graph/graph.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import type { ConstraintSpec } from "../../constraints/resolve.js";
import type { InitializerSpec } from "../../initializers/resolve.js";
import type { RegularizerSpec } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { SpatialRank } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import {
  ConvolutionLayer,
  type ConvolutionOptions,
  convolutionFields,
  kernelConstraint,
  kernelInitializer,
  kernelRegularizer,
} from "./convolution.js";
import { depthwiseWeights } from "./kernels.js";

export interface DepthwiseOptions extends ConvolutionOptions {
  /** How many output channels each input channel gets. Default: 1. */
  readonly depthMultiplier?: number | undefined;
  /** Default: glorotUniform. */
  readonly depthwiseInitializer?: InitializerSpec | undefined;
  readonly depthwiseRegularizer?: RegularizerSpec | undefined;
  readonly depthwiseConstraint?: ConstraintSpec | undefined;
}

/** How {@link DepthwiseOptions} are read. */
export function depthwiseFields(rank: SpatialRank) {
  return {
    ...convolutionFields(rank),
    depthMultiplier: number({ default: 1, min: 1, integer: true }),
    depthwiseInitializer: kernelInitializer,
    depthwiseRegularizer: kernelRegularizer,
    depthwiseConstraint: kernelConstraint,
  } satisfies FieldsOf<Own<DepthwiseOptions>>;
}

/** {@link DepthwiseOptions}, read. */
export type DepthwiseSettings = ReadOf<ReturnType<typeof depthwiseFields>>;

/** A layer with a convolution of each channel by itself. */
export abstract class DepthwiseLayer<S extends DepthwiseSettings> extends ConvolutionLayer<S> {
  #kernel!: Variable;

  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    this.requireWindow(inputs[0] as OpenType);
  }

  /** Declares the kernel `[…window, channels, depthMultiplier]` and gives the number of channels that it makes. */
  protected addDepthwise(name: string, x: OpenType): number {
    const { kernelSize, depthMultiplier, depthwiseInitializer, depthwiseRegularizer } = this.settings;
    const channels = this.buildChannels(x);
    this.#kernel = this.addKernel(name, [...kernelSize, channels, depthMultiplier], {
      initializer: depthwiseInitializer,
      regularizer: depthwiseRegularizer,
      constraint: this.settings.depthwiseConstraint,
    });
    return channels * depthMultiplier;
  }

  protected depthwise(image: Value, context: CallContext, bias?: Value): Value {
    const weights = depthwiseWeights(context.weight(this.#kernel));
    return this.windowed(image, weights, bias, image.size(1));
  }
}

/**
 * A convolution of each channel by itself. Variables: kernel `[…window, channels, depthMultiplier]`, bias
 * `[channels · depthMultiplier]`.
 */
export abstract class DepthwiseConvolution extends DepthwiseLayer<DepthwiseSettings> {
  constructor({ type, rank }: { type: string; rank: SpatialRank }, options: DepthwiseOptions) {
    super(rank, options, readLayerOptions(type, options, depthwiseFields(rank)));
  }

  protected override build([x]: readonly [OpenType]): void {
    this.addBias(this.addDepthwise("kernel", x));
  }

  protected convolve(image: Value, context: CallContext, bias: Value | undefined): Value {
    return this.depthwise(image, context, bias);
  }
}
