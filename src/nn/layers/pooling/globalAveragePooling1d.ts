import type { Value } from "../../../engine/graph/graph.js";
import { cast } from "../../../engine/ops/cast.js";
import { div } from "../../../engine/ops/div.js";
import { max } from "../../../engine/ops/max.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { where } from "../../../engine/ops/where.js";
import type { CallContext } from "../base/context.js";
import { layerMaker } from "../base/layerMaker.js";
import { GlobalPooling1d, type GlobalPooling1dOptions } from "./globalPooling1d.js";

/** The layer behind {@link globalAveragePooling1d}. */
export class GlobalAveragePooling1d extends GlobalPooling1d {
  readonly type = "globalAveragePooling1d";

  constructor(options: GlobalPooling1dOptions = {}) {
    super("globalAveragePooling1d", options);
  }

  call([x]: readonly [Value], { masks: [given] }: CallContext): Value {
    const axis = this.stepsAxis;
    const { keepdims: keepDims } = this;
    if (given === undefined) return reduceMean(x, { axes: [axis], keepDims });
    const mask = unsqueeze(given, [axis === 1 ? 2 : 1]);
    const sum = reduceSum(where(mask, x, 0), { axes: [axis], keepDims });
    const count = reduceSum(cast(mask, x.dtype), { axes: [axis], keepDims });
    // Of nothing the mean is 0, as losses have it.
    return div(sum, max(count, 1));
  }
}

/**
 * The mean over time; with a mask, over the steps that count (0 where none does; Keras gives NaN). The mask ends
 * here.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, channels]`, with `keepdims` `[batch, 1, channels]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const globalAveragePooling1d = layerMaker(GlobalAveragePooling1d);
