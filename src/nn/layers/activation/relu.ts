import type { Value } from "../../../engine/graph/graph.js";
import { type FieldsOf, number, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Activation } from "../../activations/activation.js";
import { relu as reluActivation } from "../../activations/relu.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface ReluLayerOptions extends LayerOptions {
  /** Largest value, from 0. Default: none. */
  readonly maxValue?: number | undefined;
  /** Slope below the threshold, from 0. Default: 0. */
  readonly negativeSlope?: number | undefined;
  /** Where the rectifier bends, from 0. Default: 0. */
  readonly threshold?: number | undefined;
}

const fields = {
  maxValue: optional(number({ min: 0 })),
  negativeSlope: number({ default: 0, min: 0 }),
  threshold: number({ default: 0, min: 0 }),
} satisfies FieldsOf<Own<ReluLayerOptions>>;

/** The layer behind {@link relu}. */
export class Relu extends Layer {
  readonly type = "relu";
  readonly #settings: ReadOf<typeof fields>;
  readonly #activation: Activation;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: ReluLayerOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("relu", options, fields);
    this.#activation = reluActivation(this.#settings);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value]): Value {
    return this.#activation.emit(x);
  }
}

/**
 * x above `threshold`, at most `maxValue`; `negativeSlope` · (x − threshold) below.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on one out of range
 */
export const relu = layerMaker(Relu);
