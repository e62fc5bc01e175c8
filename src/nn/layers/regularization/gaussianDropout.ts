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

export interface GaussianDropoutOptions extends LayerOptions {
  /** From 0 to below 1. The noise has the deviation √(rate / (1 − rate)), as that of dropout. */
  readonly rate: number;
}

const fields = {
  rate: number({ min: 0, below: 1 }),
} satisfies FieldsOf<Own<GaussianDropoutOptions>>;

/** The layer behind {@link gaussianDropout}. */
export class GaussianDropout extends Layer {
  readonly type = "gaussianDropout";
  readonly rate: number;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: GaussianDropoutOptions) {
    super(options);
    const read = readLayerOptions("gaussianDropout", options, fields);
    this.rate = read.rate;
  }

  get config(): Config {
    return { rate: this.rate };
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    if (!context.training || this.rate === 0) return x;
    const deviation = Math.sqrt(this.rate / (1 - this.rate));
    return mul(x, add(mul(randomNormal(context, x.shape), deviation), 1));
  }
}

/**
 * In training, multiplies by normal noise of mean 1; elsewhere it gives its input (Srivastava et al. 2014,
 * section 10).
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a rate outside 0 to below 1
 */
export const gaussianDropout = layerMaker(GaussianDropout);
