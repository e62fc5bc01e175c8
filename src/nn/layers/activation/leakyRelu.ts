import type { Value } from "../../../engine/graph/graph.js";
import { leakyRelu as emitLeakyRelu } from "../../../engine/ops/leakyRelu.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface LeakyReluLayerOptions extends LayerOptions {
  /** Slope below 0, from 0. Default: 0.3, as in Keras's layer; Keras's activation has 0.2. */
  readonly negativeSlope?: number | undefined;
}

const fields = {
  negativeSlope: number({ default: 0.3, min: 0 }),
} satisfies FieldsOf<Own<LeakyReluLayerOptions>>;

/** The layer behind {@link leakyRelu}. */
export class LeakyRelu extends Layer {
  readonly type = "leakyRelu";
  readonly negativeSlope: number;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: LeakyReluLayerOptions = {}) {
    super(options);
    const read = readLayerOptions("leakyRelu", options, fields);
    this.negativeSlope = read.negativeSlope;
  }

  get config(): Config {
    return { negativeSlope: this.negativeSlope };
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value]): Value {
    return emitLeakyRelu(x, { alpha: this.negativeSlope });
  }
}

/**
 * x above 0, `negativeSlope` · x below.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a negative slope
 */
export const leakyRelu = layerMaker(LeakyRelu);
