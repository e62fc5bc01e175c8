import type { Value } from "../../../engine/graph/graph.js";
import { reduceMax } from "../../../engine/ops/reduceMax.js";
import { layerMaker } from "../base/layerMaker.js";
import { GlobalPooling2d, type GlobalPooling2dOptions } from "./globalPooling2d.js";

/** The layer behind {@link globalMaxPooling2d}. */
export class GlobalMaxPooling2d extends GlobalPooling2d {
  readonly type = "globalMaxPooling2d";

  constructor(options: GlobalPooling2dOptions = {}) {
    super("globalMaxPooling2d", options);
  }

  protected reduce(image: Value): Value {
    return reduceMax(image, { axes: [2, 3] });
  }
}

/**
 * The largest element of each channel, over all pixels.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, channels]`, with `keepdims`
 * `[batch, 1, 1, channels]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const globalMaxPooling2d = layerMaker(GlobalMaxPooling2d);
