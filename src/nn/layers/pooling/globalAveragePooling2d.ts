import type { Value } from "../../../engine/graph/graph.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { layerMaker } from "../base/layerMaker.js";
import { GlobalPooling2d, type GlobalPooling2dOptions } from "./globalPooling2d.js";

/** The layer behind {@link globalAveragePooling2d}. */
export class GlobalAveragePooling2d extends GlobalPooling2d {
  readonly type = "globalAveragePooling2d";

  constructor(options: GlobalPooling2dOptions = {}) {
    super("globalAveragePooling2d", options);
  }

  protected reduce(image: Value): Value {
    return reduceMean(image, { axes: [2, 3] });
  }
}

/**
 * The mean of each channel, over all pixels.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, channels]`, with `keepdims`
 * `[batch, 1, 1, channels]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const globalAveragePooling2d = layerMaker(GlobalAveragePooling2d);
