import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { type FieldsOf, flag, number, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import { checkFeatures } from "../base/checkFeatures.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions, resolved, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface MixtureDensityOptions extends LayerOptions {
  /** Bivariate Gaussians of the mixture, from 1. Default: 20, as in Graves 2013. */
  readonly components?: number | undefined;
  /** Give one more number for each point: whether the item ends there, where the pen is lifted. Default: false. */
  readonly ends?: boolean | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
  readonly kernelRegularizer?: RegularizerSpec | undefined;
  readonly kernelConstraint?: ConstraintSpec | undefined;
}

const fields = {
  components: number({ default: 20, min: 1, max: 4096, integer: true }),
  ends: flag(false),
  kernelInitializer: resolved(initializer, "glorotUniform"),
  biasInitializer: resolved(initializer, "zeros"),
  kernelRegularizer: optional(resolved(regularizer)),
  kernelConstraint: optional(resolved(constraint)),
} satisfies FieldsOf<Own<MixtureDensityOptions>>;

/** Numbers of a point for each component: the share, two means, two deviations, the correlation. */
export const numbersOfComponent = 6;

/** How many numbers describe the density of a point. */
export function densityWidth(components: number, ends: boolean): number {
  return numbersOfComponent * components + (ends ? 2 : 1);
}

/** The layer behind {@link mixtureDensity}. Variables: kernel `[features, width]`, bias `[width]`. */
export class MixtureDensity extends Layer {
  readonly type = "mixtureDensity";
  readonly #settings: ReadOf<typeof fields>;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: MixtureDensityOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("mixtureDensity", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkFeatures(this, inputs, this.#kernel);
  }

  protected override build([x]: readonly [OpenType]): void {
    const { components, ends, kernelInitializer, biasInitializer, kernelRegularizer, kernelConstraint } =
      this.#settings;
    const width = densityWidth(components, ends);
    this.#kernel = this.addWeight({
      name: "kernel",
      shape: [x.shape.at(-1) as number, width],
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    this.#bias = this.addWeight({ name: "bias", shape: [width], initializer: biasInitializer });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const [kernel, bias] = [this.#kernel, this.#bias] as readonly [Variable, Variable];
    return add(matMul(x, context.weight(kernel)), context.weight(bias));
  }
}

/**
 * What describes the density of the next point of a pen: a mixture of bivariate Gaussians for how far it goes, and whether the pen is
 * lifted there. To be trained with the loss `mixtureDensityLoss`, which says how each number is read.
 *
 * Takes `[batch, …, features]` and gives `[batch, …, 6 · components + 1]`: the logit of the pen being lifted, then in blocks of
 * `components` the logits of the shares, the means of dx, those of dy, the logarithms of the deviations of dx, those of dy, and what
 * the correlations are the hyperbolic tangents of. With `ends` one more: the logit of the item ending at a point where the pen is
 * lifted.
 *
 * Graves, "Generating sequences with recurrent neural networks", 2013, section 4.1.
 *
 * @throws on an unknown option, and when called on a tensor without a known last axis
 */
export const mixtureDensity = layerMaker(MixtureDensity);
