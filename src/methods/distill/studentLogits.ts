import type { Value } from "../../engine/graph/graph.js";
import { logSoftmax } from "../../engine/ops/logSoftmax.js";
import { softmaxLogits } from "../../nn/losses/logits.js";
import type { Loss } from "../../nn/losses/loss.js";
import { logOf } from "./modes/pooled.js";

/**
 * A student's logits: what lies below the softmax that its output ends in. Where its graph shows none, its loss tells
 * whether the output is probabilities, of which logarithms with a floor serve; without a loss it is taken for logits.
 */
export function studentLogits(prediction: Value, loss: Loss | undefined): Value {
  const below = softmaxLogits(prediction, -1);
  if (below !== undefined) return below;
  if (prediction.producer?.operator === logSoftmax.operator) return prediction;
  return loss?.config.fromLogits === false ? logOf(prediction) : prediction;
}
