import type { Value } from "../../engine/graph/graph.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { Config } from "../config/config.js";

/** How the losses of a batch become one number. */
export type Reduction = "sumOverBatchSize" | "sum" | "mean" | "meanWithSampleWeight" | "none";

/** What a model is trained to make small. */
export interface Loss {
  /** The name it is saved under, for example `categoricalCrossentropy`. */
  readonly name: string;
  readonly config: Config;
  readonly reduction: Reduction;
  /** Element type in which targets are fed. */
  readonly targetDtype: DType;
  /**
   * Emits the loss of every sample.
   *
   * @param target of the shape that the data has
   * @param prediction `[batch, …, features]`
   * @returns `[batch, …]`: one loss for each sample and position, the last axis reduced
   */
  emit(target: Value, prediction: Value): Value;
  /**
   * Emits which losses count: bool, of the shape that {@link Loss.emit} gives. A mean is taken over those
   * only. Absent where all count.
   */
  readonly mask?: ((target: Value, prediction: Value) => Value) | undefined;
}
