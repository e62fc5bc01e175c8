import type { Value } from "../../engine/graph/graph.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { Config } from "../config/config.js";

/** How the losses of a batch become one number. */
export type Reduction = "sumOverBatchSize" | "sum" | "mean" | "meanWithSampleWeight" | "none";

/**
 * What targets are to a loss: numbers of the prediction's shape; labels of two classes, each by itself; vectors with a
 * 1 at the right class; or the right class's number at each position of the prediction but its last axis.
 */
export type TargetKind = "values" | "labels" | "oneHot" | "classNumbers";

/** What a model is trained to make small. */
export interface Loss {
  /** The name it is saved under, for example `categoricalCrossentropy`. */
  readonly name: string;
  readonly config: Config;
  readonly reduction: Reduction;
  /** Element type in which targets are fed. */
  readonly targetDtype: DType;
  /** Tells how data are checked and what metrics such as accuracy compare. Default: `values`. */
  readonly targetKind?: TargetKind | undefined;
  /** Sizes that the target's last axis may have, where it is not the prediction's. Default: that of the prediction. */
  readonly targetFeatures?: readonly number[] | undefined;
  /** The class number that counts nothing, where targets are class numbers. Default: none. */
  readonly ignoreClass?: number | undefined;
  /** What to do, as errors say it, where targets have another form. */
  readonly targetHelp?: string | undefined;
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
