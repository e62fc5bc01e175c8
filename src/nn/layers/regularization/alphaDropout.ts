import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { mul } from "../../../engine/ops/mul.js";
import { where } from "../../../engine/ops/where.js";
import { number } from "../../../engine/options.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { CallContext } from "../base/context.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import type { OpenShape } from "../base/symbolic.js";
import { DropLayer } from "./dropLayer.js";

export interface AlphaDropoutOptions extends LayerOptions {
  /** Share of the elements that are dropped, from 0 to below 1. */
  readonly rate: number;
  /** As in dropout. Default: the input's shape. */
  readonly noiseShape?: OpenShape | undefined;
}

/** What selu tends to at −∞: minus its scale times its alpha. */
const saturation = -1.0507009873554805 * 1.6732632423543772;

/** The layer behind {@link alphaDropout}. */
export class AlphaDropout extends DropLayer {
  readonly type = "alphaDropout";

  constructor(options: AlphaDropoutOptions) {
    super("alphaDropout", options, number({ min: 0, below: 1 }));
  }

  protected drop(x: Value, context: CallContext, rate: number, shape: Shape): Value {
    const kept = greaterOrEqual(context.random(shape), rate);
    const scale = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
    return add(mul(where(kept, x, saturation), scale), -scale * saturation * rate);
  }
}

/**
 * Dropout for selu networks: dropped elements become selu's limit at −∞, and a scale and shift keep mean 0 and
 * variance 1 (Klambauer et al. 2017). Elsewhere than in training it gives its input.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a rate outside 0 to below 1
 */
export const alphaDropout = layerMaker(AlphaDropout);
