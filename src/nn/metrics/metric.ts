import type { Value } from "../../engine/graph/graph.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { Config } from "../config/config.js";

/**
 * A figure that is reported and not trained on. The graph computes sums over a batch; the host adds the
 * sums of all batches and makes the figure from them, so that unequal batches are weighted rightly.
 */
export interface Metric {
  /** The name it is reported and saved under, for example `binaryAccuracy`. */
  readonly name: string;
  readonly config: Config;
  readonly targetDtype: DType;
  /**
   * Emits the batch's sums.
   *
   * @param target of the shape that the data has
   * @param prediction `[batch, …, features]`
   * @param weight `[batch]` or `[batch, …]`: the samples' weights, where there are any
   * @returns a vector of float32
   */
  emit(target: Value, prediction: Value, weight?: Value): Value;
  /** The figure, from the sums of all batches. */
  result(sums: Float64Array): number;
}
