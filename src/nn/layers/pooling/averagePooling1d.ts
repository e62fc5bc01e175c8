import type { Value } from "../../../engine/graph/graph.js";
import { averagePool } from "../../../engine/ops/pool/averagePool.js";
import type { PoolOptions } from "../../../engine/ops/pool/pool.js";
import { layerMaker } from "../base/layerMaker.js";
import { Pooling, type PoolingOptions } from "./pooling.js";

/** The layer behind {@link averagePooling1d}. */
export class AveragePooling1d extends Pooling {
  readonly type = "averagePooling1d";

  constructor(options: PoolingOptions = {}) {
    super({ type: "averagePooling1d", rank: 1 }, options);
  }

  protected pool(image: Value, options: PoolOptions): Value {
    return averagePool(image, options);
  }
}

/**
 * The mean of each window; with padding `same`, of the elements inside the input, channel by channel.
 *
 * Takes `[batch, steps, channels]` and gives the same rank with ⌊(size − poolSize) / strides⌋ + 1 windows
 * along each axis, with padding `same` ⌈size / strides⌉.
 *
 * @throws on an unknown option, on another rank, and where no window fits
 */
export const averagePooling1d = layerMaker(AveragePooling1d);
