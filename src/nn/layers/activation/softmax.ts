import type { Value } from "../../../engine/graph/graph.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { sameShape } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { maskedSoftmax } from "../base/maskedSoftmax.js";
import { axes, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface SoftmaxLayerOptions extends LayerOptions {
  /** The axis, or several, over which the results sum to 1. Default: −1, the last. */
  readonly axis?: number | readonly number[] | undefined;
}

const fields = {
  axis: axes(-1),
} satisfies FieldsOf<Own<SoftmaxLayerOptions>>;

/** The layer behind {@link softmax}. */
export class Softmax extends Layer {
  readonly type = "softmax";
  readonly axis: number | readonly number[];

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: SoftmaxLayerOptions = {}) {
    super(options);
    const read = readLayerOptions("softmax", options, fields);
    this.axis = read.axis;
  }

  get config(): Config {
    return { axis: this.axis };
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value], { masks: [given] }: CallContext): Value {
    const mask = given !== undefined && sameShape(given.shape, x.shape) ? given : undefined;
    return maskedSoftmax(x, mask, this.axis);
  }
}

/**
 * exp(x) / Σ exp(x) along one axis or several. A mask of the input's own shape leaves elements out: they
 * become 0 and count for nothing.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option, and when called on a tensor without the axis
 */
export const softmax = layerMaker(Softmax);
