import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { mul } from "../../../engine/ops/mul.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { randomNormal } from "../base/randomNormal.js";
import { type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation of the noise, from 0. */
  readonly stddev: number;
}

const fields = {
  stddev: number({ min: 0 }),
} satisfies FieldsOf<Own<GaussianNoiseOptions>>;

/** The layer behind {@link gaussianNoise}. */
export class GaussianNoise extends Layer {
  readonly type = "gaussianNoise";
  readonly stddev: number;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: GaussianNoiseOptions) {
    super(options);
    const read = readLayerOptions("gaussianNoise", options, fields);
    this.stddev = read.stddev;
  }

  get config(): Config {
    return { stddev: this.stddev };
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    if (!context.training || this.stddev === 0) return x;
    return add(x, mul(randomNormal(context, x.shape), this.stddev));
  }
}

/**
 * In training, adds normal noise of mean 0; elsewhere it gives its input.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a negative deviation
 */
export const gaussianNoise = layerMaker(GaussianNoise);
