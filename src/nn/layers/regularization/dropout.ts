import type { Value } from "../../../engine/graph/graph.js";
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

export interface DropoutOptions extends LayerOptions {
  /** Share of the elements that become 0, from 0 to 1. */
  readonly rate: number;
  /**
   * Shape of what is drawn: 1 for an axis along which all are dropped together, `null` for the input's own
   * size. Default: the input's shape, every element by itself.
   */
  readonly noiseShape?: OpenShape | undefined;
}

/** `x` with a share `rate` of its elements 0 and the others scaled by 1 / (1 − rate). */
export function drop(x: Value, context: CallContext, rate: number, shape: Shape): Value {
  if (rate === 1) return mul(x, 0);
  const kept = greaterOrEqual(context.random(shape), rate);
  return where(kept, mul(x, 1 / (1 - rate)), 0);
}

/** The layer behind {@link dropout}. */
export class Dropout extends DropLayer {
  readonly type = "dropout";

  constructor(options: DropoutOptions) {
    super("dropout", options, number({ min: 0, max: 1 }));
  }

  protected drop(x: Value, context: CallContext, rate: number, shape: Shape): Value {
    return drop(x, context, rate, shape);
  }
}

/**
 * In training, sets elements to 0 by chance and scales the others by 1 / (1 − rate), so that the expected sum
 * stays (Srivastava et al. 2014). Elsewhere it gives its input. The model's seed makes the chance.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a rate outside 0 to 1
 */
export const dropout = layerMaker(Dropout);
