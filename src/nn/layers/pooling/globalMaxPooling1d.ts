import type { Value } from "../../../engine/graph/graph.js";
import { reduceMax } from "../../../engine/ops/reduceMax.js";
import { layerMaker } from "../base/layerMaker.js";
import { GlobalPooling1d, type GlobalPooling1dOptions } from "./globalPooling1d.js";

/** The layer behind {@link globalMaxPooling1d}. */
export class GlobalMaxPooling1d extends GlobalPooling1d {
  readonly type = "globalMaxPooling1d";

  constructor(options: GlobalPooling1dOptions = {}) {
    super("globalMaxPooling1d", options);
  }

  call([x]: readonly [Value]): Value {
    return reduceMax(x, { axes: [this.stepsAxis], keepDims: this.keepdims });
  }
}

/**
 * The largest element over time. A mask counts for nothing, as in Keras, and ends here.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, channels]`, with `keepdims` `[batch, 1, channels]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const globalMaxPooling1d = layerMaker(GlobalMaxPooling1d);
