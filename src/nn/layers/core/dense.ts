import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { type FieldsOf, flag, number, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { type ActivationSpec, activation } from "../../activations/resolve.js";
import type { Config } from "../../config/config.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import { checkFeatures } from "../base/checkFeatures.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { activityLoss, type Own, readLayerOptions, resolved, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface DenseOptions extends LayerOptions {
  /** Size of the output's last axis. */
  readonly units: number;
  /** Default: linear. */
  readonly activation?: ActivationSpec | undefined;
  /** Default: true. */
  readonly useBias?: boolean | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
  readonly kernelRegularizer?: RegularizerSpec | undefined;
  readonly biasRegularizer?: RegularizerSpec | undefined;
  readonly activityRegularizer?: RegularizerSpec | undefined;
  readonly kernelConstraint?: ConstraintSpec | undefined;
  readonly biasConstraint?: ConstraintSpec | undefined;
}

const fields = {
  units: number({ min: 1, integer: true }),
  activation: resolved(activation, "linear"),
  useBias: flag(true),
  kernelInitializer: resolved(initializer, "glorotUniform"),
  biasInitializer: resolved(initializer, "zeros"),
  kernelRegularizer: optional(resolved(regularizer)),
  biasRegularizer: optional(resolved(regularizer)),
  activityRegularizer: optional(resolved(regularizer)),
  kernelConstraint: optional(resolved(constraint)),
  biasConstraint: optional(resolved(constraint)),
} satisfies FieldsOf<Own<DenseOptions>>;

/** The layer behind {@link dense}. Variables: kernel `[features, units]`, bias `[units]`. */
export class Dense extends Layer {
  readonly type = "dense";
  readonly #settings: ReadOf<typeof fields>;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: DenseOptions) {
    super(options);
    this.#settings = readLayerOptions("dense", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkFeatures(this, inputs, this.#kernel);
  }

  protected override build([x]: readonly [OpenType]): void {
    const features = x.shape.at(-1) as number;
    this.#kernel = this.addWeight({
      name: "kernel",
      shape: [features, this.#settings.units],
      initializer: this.#settings.kernelInitializer,
      regularizer: this.#settings.kernelRegularizer,
      constraint: this.#settings.kernelConstraint,
    });
    if (!this.#settings.useBias) return;
    this.#bias = this.addWeight({
      name: "bias",
      shape: [this.#settings.units],
      initializer: this.#settings.biasInitializer,
      regularizer: this.#settings.biasRegularizer,
      constraint: this.#settings.biasConstraint,
    });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const product = matMul(x, context.weight(this.#kernel as Variable));
    const sum = this.#bias === undefined ? product : add(product, context.weight(this.#bias));
    const output = this.#settings.activation.emit(sum);
    const { activityRegularizer } = this.#settings;
    if (activityRegularizer !== undefined) context.addLoss(activityLoss(activityRegularizer, output));
    return output;
  }
}

/**
 * A fully connected layer: `activation(x · kernel + bias)` over the last axis.
 *
 * Takes `[batch, …, features]` and gives `[batch, …, units]`.
 *
 * @throws on an unknown option, and when called on a tensor without a known last axis
 */
export const dense = layerMaker(Dense);
