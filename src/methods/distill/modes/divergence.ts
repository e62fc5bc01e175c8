import type { Value } from "../../../engine/graph/graph.js";
import { exp } from "../../../engine/ops/exp.js";
import { logSoftmax } from "../../../engine/ops/logSoftmax.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { sub } from "../../../engine/ops/sub.js";

/**
 * The Kullback-Leibler divergence Σ q (log q − log p) over the last axis, for q and p the softmax of the given logits.
 *
 * @returns `[batch, …]`: the shape of the logits without their last axis
 */
export function divergence(teacher: Value, student: Value): Value {
  const logQ = logSoftmax(teacher, -1);
  return reduceSum(mul(exp(logQ), sub(logQ, logSoftmax(student, -1))), { axes: [-1] });
}
