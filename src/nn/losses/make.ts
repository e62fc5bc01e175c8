import type { Value } from "../../engine/graph/graph.js";
import { oneOf } from "../../engine/options.js";
import type { ConfigValue } from "../config/config.js";
import { configOf } from "../config/config.js";
import type { Loss, Reduction, TargetKind } from "./loss.js";
import { matchedTarget } from "./matchedTarget.js";

/** Options that every loss has. */
export interface LossOptions {
  /** How the losses of a batch become one number. Default: `sumOverBatchSize`, their mean. */
  readonly reduction?: Reduction | undefined;
}

/** How {@link LossOptions} are read. */
export const lossFields = {
  reduction: oneOf<Reduction>(
    ["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight", "none"],
    "sumOverBatchSize",
  ),
};

/**
 * A loss of target and prediction of one shape. Unlike Keras, which would stretch a target of size 1 over the
 * prediction, it refuses shapes that differ in more than a last axis of size 1.
 *
 * @param options all options as read
 * @param emit receives both in the prediction's element type and in equal shapes
 */
export function lossOf(
  name: string,
  options: { readonly reduction: Reduction } & { readonly [key: string]: ConfigValue | undefined },
  emit: (target: Value, prediction: Value) => Value,
  targetKind: Exclude<TargetKind, "classNumbers"> = "values",
): Loss {
  const targetHelp = targetKind === "oneHot" ? oneHotHelp : undefined;
  return {
    name,
    config: configOf(options),
    reduction: options.reduction,
    targetDtype: "float32",
    targetKind,
    targetHelp,
    emit: (target, prediction) => emit(...matchedTarget(name, target, prediction, targetHelp)),
  };
}

const oneHotHelp = "For targets that are class numbers use a loss whose name begins with sparse.";
