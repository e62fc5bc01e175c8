import type { Value } from "../../../engine/graph/graph.js";
import { maxPool } from "../../../engine/ops/pool/maxPool.js";
import type { PoolOptions } from "../../../engine/ops/pool/pool.js";
import { layerMaker } from "../base/layerMaker.js";
import { Pooling, type PoolingOptions } from "./pooling.js";

/** The layer behind {@link maxPooling2d}. */
export class MaxPooling2d extends Pooling {
  readonly type = "maxPooling2d";

  constructor(options: PoolingOptions = {}) {
    super({ type: "maxPooling2d", rank: 2 }, options);
  }

  protected pool(image: Value, options: PoolOptions): Value {
    return maxPool(image, options);
  }
}

/**
 * The largest element of each window, channel by channel.
 *
 * Takes `[batch, height, width, channels]` and gives the same rank with ⌊(size − poolSize) / strides⌋ + 1 windows
 * along each axis, with padding `same` ⌈size / strides⌉.
 *
 * @throws on an unknown option, on another rank, and where no window fits
 */
export const maxPooling2d = layerMaker(MaxPooling2d);
