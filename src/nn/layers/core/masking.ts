import type { Value } from "../../../engine/graph/graph.js";
import { cast } from "../../../engine/ops/cast.js";
import { equal } from "../../../engine/ops/equal.js";
import { greater } from "../../../engine/ops/greater.js";
import { not } from "../../../engine/ops/not.js";
import { reduceMax } from "../../../engine/ops/reduceMax.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { where } from "../../../engine/ops/where.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { describeInput, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface MaskingOptions extends LayerOptions {
  /** A step whose features all equal it is skipped by the layers behind. Default: 0. */
  readonly maskValue?: number | undefined;
}

const fields = {
  maskValue: number({ default: 0 }),
} satisfies FieldsOf<Own<MaskingOptions>>;

/** The layer behind {@link masking}. */
export class Masking extends Layer {
  readonly type = "masking";
  readonly maskValue: number;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: MaskingOptions = {}) {
    super(options);
    const read = readLayerOptions("masking", options, fields);
    this.maskValue = read.maskValue;
  }

  get config(): Config {
    return { maskValue: this.maskValue };
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    if (x.shape.length < 3) {
      throw this.error(`expected (batch, time, …, features), received ${describeInput(x)}`);
    }
  }

  call([x]: readonly [Value]): Value {
    return where(unsqueeze(this.#differs(x), [-1]), x, 0);
  }

  override mask([x]: readonly [Value]): readonly (Value | undefined)[] {
    return [this.#differs(x)];
  }

  /** Where any feature differs from the value. */
  #differs(x: Value): Value {
    const each = cast(not(equal(x, this.maskValue)), "float32");
    return greater(reduceMax(each, { axes: [-1] }), 0);
  }
}

/**
 * Marks the steps of a sequence that the layers behind skip: those at which every feature is `maskValue`.
 * They become 0.
 *
 * Takes `[batch, time, …, features]` and gives the same shape, with a mask `[batch, time, …]`.
 *
 * @throws on an unknown option, and when called on a tensor of less than three axes
 */
export const masking = layerMaker(Masking);
