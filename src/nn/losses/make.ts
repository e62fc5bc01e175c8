import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { oneOf } from "../../engine/options.js";
import { formatShape, sameShape } from "../../engine/tensor/shape.js";
import type { ConfigValue } from "../config/config.js";
import { configOf } from "../config/config.js";
import type { Loss, Reduction, TargetKind } from "./loss.js";
import { sameRank } from "./sameRank.js";

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

/** `target` in the element type of `prediction`, both in one rank, their shapes equal. */
function matched(
  { name, targetHelp: help }: Pick<Loss, "name" | "targetHelp">,
  target: Value,
  prediction: Value,
): readonly [Value, Value] {
  const typed = target.dtype === prediction.dtype ? target : cast(target, prediction.dtype);
  const pair = sameRank(typed, prediction);
  if (!sameShape(pair[0].shape, pair[1].shape)) {
    throw new ImagoError(
      `${name}: expected a target of the prediction's shape ${formatShape(prediction.shape)}, ` +
        `received ${formatShape(target.shape)}.`,
      help !== undefined && target.rank < prediction.rank ? { help } : {},
    );
  }
  return pair;
}

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
    emit: (target, prediction) => emit(...matched({ name, targetHelp }, target, prediction)),
  };
}

const oneHotHelp = "For targets that are class numbers use a loss whose name begins with sparse.";
