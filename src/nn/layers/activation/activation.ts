import type { Value } from "../../../engine/graph/graph.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Activation as ActivationFunction } from "../../activations/activation.js";
import { type ActivationSpec, activation as resolveActivation } from "../../activations/resolve.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions, resolved, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface ActivationOptions extends LayerOptions {
  readonly activation: ActivationSpec;
}

const fields = {
  activation: resolved(resolveActivation),
} satisfies FieldsOf<Own<ActivationOptions>>;

/** The layer behind {@link activation}. */
export class ActivationLayer extends Layer {
  readonly type = "activation";
  readonly activation: ActivationFunction;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: ActivationOptions) {
    super(options);
    const read = readLayerOptions("activation", options, fields);
    this.activation = read.activation;
  }

  get config(): Config {
    return settingsConfig({ activation: this.activation });
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value]): Value {
    return this.activation.emit(x);
  }
}

/**
 * An activation as a layer of its own.
 *
 * Takes any shape and gives what the activation makes of it, mostly the same shape.
 *
 * @throws on an unknown option and an unknown activation
 */
export const activation = layerMaker(ActivationLayer);
