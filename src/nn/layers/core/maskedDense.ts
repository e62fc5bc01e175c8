import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { mul } from "../../../engine/ops/mul.js";
import { type FieldsOf, flag, numbers, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { type ActivationSpec, activation } from "../../activations/resolve.js";
import type { Config } from "../../config/config.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import {
  describeInput,
  type Own,
  onlyInput,
  readLayerOptions,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface MaskedDenseOptions extends LayerOptions {
  /** The degree of each input feature: 0 for what everything may depend on, k for the k-th of what is predicted in turn. */
  readonly inputDegrees: readonly number[];
  /** The degree of each unit: it depends on features of at most its degree. As many as the output has features. */
  readonly degrees: readonly number[];
  /** A unit depends on features of lower degrees alone: for outputs, which must not see themselves. Default: false. */
  readonly strict?: boolean | undefined;
  /** Default: linear. */
  readonly activation?: ActivationSpec | undefined;
  /** Default: true. */
  readonly useBias?: boolean | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
}

const fields = {
  inputDegrees: numbers({ min: 0, integer: true }),
  degrees: numbers({ min: 0, integer: true }),
  strict: flag(false),
  activation: resolved(activation, "linear"),
  useBias: flag(true),
  kernelInitializer: resolved(initializer, "glorotUniform"),
  biasInitializer: resolved(initializer, "zeros"),
} satisfies FieldsOf<Own<MaskedDenseOptions>>;

/** The layer behind {@link maskedDense}. Variables: kernel `[features, units]`, bias `[units]`. */
export class MaskedDense extends Layer {
  readonly type = "maskedDense";
  readonly #settings: ReadOf<typeof fields>;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: MaskedDenseOptions) {
    super(options);
    this.#settings = readLayerOptions("maskedDense", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const features = this.#settings.inputDegrees.length;
    if (x.shape.length >= 2 && x.shape.at(-1) === features) return;
    throw this.error(
      `expected (batch, …, ${features}), a feature for each of inputDegrees, received ${describeInput(x)}`,
    );
  }

  protected override build(): void {
    const { inputDegrees, degrees, kernelInitializer, biasInitializer, useBias } = this.#settings;
    const units = degrees.length;
    this.#kernel = this.addWeight({
      name: "kernel",
      shape: [inputDegrees.length, units],
      initializer: kernelInitializer,
    });
    if (useBias) this.#bias = this.addWeight({ name: "bias", shape: [units], initializer: biasInitializer });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const kernel = mul(context.weight(this.#kernel as Variable), this.#mask());
    const product = matMul(x, kernel);
    const sum = this.#bias === undefined ? product : add(product, context.weight(this.#bias));
    return this.#settings.activation.emit(sum);
  }

  /** 1 where a unit may depend on a feature. */
  #mask(): Tensor<"float32"> {
    const { inputDegrees, degrees, strict } = this.#settings;
    const mask = Tensor.zeros([inputDegrees.length, degrees.length]) as Tensor<"float32">;
    inputDegrees.forEach((from, row) => {
      degrees.forEach((to, column) => {
        if (strict ? from < to : from <= to) mask.data[row * degrees.length + column] = 1;
      });
    });
    return mask;
  }
}

/**
 * A fully connected layer whose units see only what comes before them: `activation(x · (kernel ∘ mask) + bias)` over the last axis. Layers
 * of it predict many things in turn, each from those before it, in one pass. (Germain et al., "MADE: Masked Autoencoder for
 * Distribution Estimation", 2015, equation 8.)
 *
 * Takes `[batch, …, features]` and gives `[batch, …, units]`.
 *
 * @throws on an unknown option, and when called on a tensor of another number of features
 */
export const maskedDense = layerMaker(MaskedDense);
