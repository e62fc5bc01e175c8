import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import type { ConstraintSpec } from "../../constraints/resolve.js";
import type { InitializerSpec } from "../../initializers/resolve.js";
import type { RegularizerSpec } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { describeInput, labelOf, type Own, readLayerOptions } from "../base/settings.js";
import type { SpatialRank } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import type { Padding } from "../base/window.js";
import {
  ConvolutionLayer,
  type ConvolutionOptions,
  convolutionFields,
  kernelConstraint,
  kernelInitializer,
  kernelRegularizer,
} from "./convolution.js";
import { windowLast } from "./kernels.js";

export interface PlainConvolutionOptions extends ConvolutionOptions {
  /** Number of the output's channels. */
  readonly filters: number;
  /** Into how many groups the channels fall; an output channel sees those of its group only. Default: 1. */
  readonly groups?: number | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  readonly kernelRegularizer?: RegularizerSpec | undefined;
  readonly kernelConstraint?: ConstraintSpec | undefined;
}

function plainFields(rank: SpatialRank, paddings?: readonly Padding[]) {
  return {
    filters: number({ min: 1, integer: true }),
    ...convolutionFields(rank, paddings),
    groups: number({ default: 1, min: 1, integer: true }),
    kernelInitializer,
    kernelRegularizer,
    kernelConstraint,
  } satisfies FieldsOf<Own<PlainConvolutionOptions>>;
}

type Settings = ReadOf<ReturnType<typeof plainFields>>;

/** Convolution over one or two axes. Variables: kernel `[…window, channels / groups, filters]`, bias `[filters]`. */
export abstract class PlainConvolution extends ConvolutionLayer<Settings> {
  #kernel!: Variable;

  constructor(
    { type, rank, paddings }: { type: string; rank: SpatialRank; paddings?: readonly Padding[] },
    options: PlainConvolutionOptions,
  ) {
    const settings = readLayerOptions(type, options, plainFields(rank, paddings));
    super(rank, options, settings);
    const { filters, groups } = settings;
    if (filters % groups !== 0) {
      throw new ImagoError(
        `${labelOf(type, options)}: filters must be a multiple of groups ${groups}, received ${filters}`,
      );
    }
  }

  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    const [x] = inputs as readonly [OpenType];
    const { groups } = this.settings;
    if ((x.shape[this.channelsAxis] as number) % groups !== 0) {
      throw this.error(`expected channels in ${groups} equal groups, received ${describeInput(x)}`);
    }
    this.requireWindow(x);
  }

  protected override build([x]: readonly [OpenType]): void {
    const { kernelSize, filters, groups } = this.settings;
    const { kernelInitializer: initializer, kernelRegularizer: regularizer } = this.settings;
    const shape = [...kernelSize, this.buildChannels(x) / groups, filters];
    const constraint = this.settings.kernelConstraint;
    this.#kernel = this.addKernel("kernel", shape, { initializer, regularizer, constraint });
    this.addBias(filters);
  }

  protected convolve(image: Value, context: CallContext, bias: Value | undefined): Value {
    const weights = windowLast(context.weight(this.#kernel));
    return this.windowed(image, weights, bias, this.settings.groups);
  }
}
