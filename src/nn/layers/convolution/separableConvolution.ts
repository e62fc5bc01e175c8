import type { Value } from "../../../engine/graph/graph.js";
import { conv } from "../../../engine/ops/conv/conv.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import type { ConstraintSpec } from "../../constraints/resolve.js";
import type { InitializerSpec } from "../../initializers/resolve.js";
import type { RegularizerSpec } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { SpatialRank } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import { kernelConstraint, kernelInitializer, kernelRegularizer } from "./convolution.js";
import { DepthwiseLayer, type DepthwiseOptions, depthwiseFields } from "./depthwiseConvolution.js";
import { windowLast } from "./kernels.js";

export interface SeparableOptions extends DepthwiseOptions {
  /** Number of the output's channels. */
  readonly filters: number;
  /** Default: glorotUniform. */
  readonly pointwiseInitializer?: InitializerSpec | undefined;
  readonly pointwiseRegularizer?: RegularizerSpec | undefined;
  readonly pointwiseConstraint?: ConstraintSpec | undefined;
}

function separableFields(rank: SpatialRank) {
  return {
    filters: number({ min: 1, integer: true }),
    ...depthwiseFields(rank),
    pointwiseInitializer: kernelInitializer,
    pointwiseRegularizer: kernelRegularizer,
    pointwiseConstraint: kernelConstraint,
  } satisfies FieldsOf<Own<SeparableOptions>>;
}

type Settings = ReadOf<ReturnType<typeof separableFields>>;

/**
 * A convolution of each channel by itself, then one over channels alone. Variables: depthwiseKernel
 * `[…window, channels, depthMultiplier]`, pointwiseKernel `[1, …, channels · depthMultiplier, filters]`, bias
 * `[filters]`.
 */
export abstract class SeparableConvolution extends DepthwiseLayer<Settings> {
  #pointwise!: Variable;

  constructor({ type, rank }: { type: string; rank: SpatialRank }, options: SeparableOptions) {
    const settings = readLayerOptions(type, options, separableFields(rank));
    super(rank, options, settings);
  }

  protected override build([x]: readonly [OpenType]): void {
    const { kernelSize, filters, pointwiseInitializer, pointwiseRegularizer } = this.settings;
    const channels = this.addDepthwise("depthwiseKernel", x);
    this.#pointwise = this.addKernel("pointwiseKernel", [...kernelSize.map(() => 1), channels, filters], {
      initializer: pointwiseInitializer,
      regularizer: pointwiseRegularizer,
      constraint: this.settings.pointwiseConstraint,
    });
    this.addBias(filters);
  }

  protected convolve(image: Value, context: CallContext, bias: Value | undefined): Value {
    return conv(this.depthwise(image, context), windowLast(context.weight(this.#pointwise)), bias);
  }
}
