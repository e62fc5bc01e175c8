import type { Value } from "../../engine/graph/graph.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { Config } from "../config/config.js";
import type { Loss } from "../losses/loss.js";

/** What is known of an output when its metrics are made. */
export interface OutputFacts {
  readonly target: Shape;
  readonly prediction: Shape;
  /** What the output is trained with; absent where it is not trained. */
  readonly loss?: Loss | undefined;
}

/** Whether less or more of a figure is better. */
export type Direction = "min" | "max";

/**
 * A figure that is reported and not trained on. The graph computes sums over a batch; the host adds the
 * sums of all batches and makes the figure from them, so that unequal batches are weighted rightly.
 */
export interface Metric {
  /** The name it is reported and saved under, for example `binaryAccuracy`. */
  readonly name: string;
  readonly config: Config;
  readonly targetDtype: DType;
  /** Whether less or more of it is better, for callbacks that go by it. Default: not known, and its name has to tell. */
  readonly direction?: Direction | undefined;
  /**
   * Emits the batch's sums.
   *
   * @param target of the shape that the data has
   * @param prediction `[batch, …, features]`
   * @param weight `[batch]` or `[batch, …]`: the samples' weights, where there are any
   * @returns a vector of float32
   */
  emit(target: Value, prediction: Value, weight?: Value): Value;
  /** The metric for an output, where it depends on the output's shapes or loss. Default: the metric itself. */
  readonly forOutput?: ((output: OutputFacts) => Metric) | undefined;
  /** The figure, from the sums of all batches. */
  result(sums: Float64Array): number;
}
