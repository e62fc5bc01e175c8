import type { Value } from "../../../engine/graph/graph.js";
import { conv } from "../../../engine/ops/conv/conv.js";
import { type FieldsOf, flag, oneOf, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { type ActivationSpec, activation } from "../../activations/resolve.js";
import type { Config } from "../../config/config.js";
import type { Constraint } from "../../constraints/constraint.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import type { Initializer } from "../../initializers/initializer.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import type { Regularizer } from "../../regularizers/regularizer.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import {
  activityLoss,
  describeInput,
  knownSize,
  type Own,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat, type Sizes, SpatialLayer, type SpatialRank, sizes } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable, VariableOptions } from "../base/variable.js";
import { extents, type Padding, padsOf, type SlidingWindow } from "../base/window.js";

/** Options that every convolution has. Defaults are those of Keras 3. */
export interface ConvolutionOptions extends LayerOptions {
  /** Size of the window along each spatial axis. */
  readonly kernelSize: Sizes;
  /** Distance between neighbouring windows. Default: 1. */
  readonly strides?: Sizes | undefined;
  /**
   * `valid`: only windows inside the input. `same`: ⌈size / stride⌉ windows, with zeros around the input, an
   * odd one behind it. Default: valid.
   */
  readonly padding?: Padding | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
  /** Distance between neighbouring elements inside the window. Default: 1. */
  readonly dilationRate?: Sizes | undefined;
  /** Default: linear. */
  readonly activation?: ActivationSpec | undefined;
  /** Default: true. */
  readonly useBias?: boolean | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
  readonly biasRegularizer?: RegularizerSpec | undefined;
  readonly activityRegularizer?: RegularizerSpec | undefined;
  readonly biasConstraint?: ConstraintSpec | undefined;
}

/** How {@link ConvolutionOptions} are read. */
export function convolutionFields(rank: SpatialRank, paddings: readonly Padding[] = ["valid", "same"]) {
  return {
    kernelSize: sizes(rank),
    strides: sizes(rank, { fallback: 1 }),
    padding: oneOf(paddings, "valid"),
    dataFormat,
    dilationRate: sizes(rank, { fallback: 1 }),
    activation: resolved(activation, "linear"),
    useBias: flag(true),
    biasInitializer: resolved(initializer, "zeros"),
    biasRegularizer: optional(resolved(regularizer)),
    activityRegularizer: optional(resolved(regularizer)),
    biasConstraint: optional(resolved(constraint)),
  } satisfies FieldsOf<Own<ConvolutionOptions>>;
}

/** {@link ConvolutionOptions}, read. */
export type ConvolutionSettings = ReadOf<ReturnType<typeof convolutionFields>>;

/** How a kernel's initialiser is read. */
export const kernelInitializer = resolved(initializer, "glorotUniform");
/** How a kernel's regulariser is read. */
export const kernelRegularizer = optional(resolved(regularizer));
/** How a kernel's constraint is read. */
export const kernelConstraint = optional(resolved(constraint));

/** What a kernel's values begin with, cost and must keep to. */
export interface KernelSettings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
}

/** A layer around a convolution: bias, activation, and channels where the user has them. */
export abstract class ConvolutionLayer<S extends ConvolutionSettings> extends SpatialLayer {
  protected readonly spatialRank: SpatialRank;
  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  protected readonly settings: S;
  #bias: Variable | undefined;
  #channels: number | undefined;

  constructor(rank: SpatialRank, options: LayerOptions, settings: S) {
    super(options);
    this.spatialRank = rank;
    this.settings = settings;
  }

  get dataFormat(): DataFormat {
    return this.settings.dataFormat;
  }

  get config(): Config {
    return settingsConfig({ ...(this.settings as ConvolutionSettings) });
  }

  /** Emits the convolution. */
  protected abstract convolve(image: Value, context: CallContext, bias: Value | undefined): Value;

  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    const [x] = inputs as readonly [OpenType];
    const channels = knownSize(this, x, this.channelsAxis);
    if (channels !== (this.#channels ?? channels)) {
      throw this.error(
        `was made for ${this.#channels} channels and shares its weights, received ${describeInput(x)}`,
      );
    }
  }

  /** The input's channels, which the weights fix. */
  protected buildChannels(x: OpenType): number {
    this.#channels = knownSize(this, x, this.channelsAxis);
    return this.#channels;
  }

  protected addKernel(name: string, shape: readonly number[], settings: KernelSettings): Variable {
    return this.addWeight({ name, shape, ...settings } satisfies VariableOptions);
  }

  /** Declares the bias, as far as there is to be one. */
  protected addBias(filters: number): void {
    const { useBias, biasInitializer, biasRegularizer, biasConstraint } = this.settings;
    if (!useBias) return;
    this.#bias = this.addWeight({
      name: "bias",
      shape: [filters],
      initializer: biasInitializer,
      regularizer: biasRegularizer,
      constraint: biasConstraint,
    });
  }

  protected get window(): SlidingWindow {
    const { kernelSize: kernel, strides, dilationRate: dilations } = this.settings;
    return { kernel, strides, dilations };
  }

  /** @throws where no window fits into the input */
  protected requireWindow(x: OpenType): void {
    if (this.settings.padding === "valid") this.requireSizes(x, extents(this.window));
  }

  /** A convolution with the layer's window. Weights are ONNX's: `[out, in / group, …window]`. */
  protected windowed(image: Value, weights: Value, bias: Value | undefined, group: number): Value {
    const { strides, dilations } = this.window;
    const pads = padsOf(this.settings.padding, this.window, image.shape.slice(2));
    return conv(image, weights, bias, { strides, dilations, pads, group });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const bias = this.#bias && context.weight(this.#bias);
    const sum = this.onChannelsFirst(x, (image) => this.convolve(image, context, bias));
    const output = this.settings.activation.emit(sum);
    const { activityRegularizer } = this.settings;
    if (activityRegularizer !== undefined) context.addLoss(activityLoss(activityRegularizer, output));
    return output;
  }
}
