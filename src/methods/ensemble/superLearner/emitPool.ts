import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import { div } from "../../../engine/ops/div.js";
import { log } from "../../../engine/ops/log.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { sigmoid } from "../../../engine/ops/sigmoid.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { sub } from "../../../engine/ops/sub.js";
import { trim } from "../trim.js";
import { type WeightMethod, weighsOdds } from "../weights/methods.js";

/**
 * The same pool as `combine` makes of numbers, as operators.
 *
 * @param predictions of the members that have weight, each `[rows, classes]`, or `[rows, 1]` for numbers and two classes
 * @returns the same shape
 */
export function emitPool(
  predictions: readonly Value[],
  weights: readonly number[],
  method: WeightMethod,
): Value {
  const odds = weighsOdds(method);
  const scores = predictions.map((p) => (odds ? logOdds(p) : p));
  const pooled = scores
    .map((score, index) => mul(score, weights[index] as number))
    .reduce((sum, part) => add(sum, part));
  if (!odds) return pooled;
  return pooled.size(-1) === 1 ? sigmoid(pooled) : softmax(pooled, -1);
}

/** logit p of single probabilities; log p of several, divided by their sum; of trimmed ones. */
function logOdds(p: Value): Value {
  const kept = clip(p, trim, 1 - trim);
  if (p.size(-1) === 1) return sub(log(kept), log(sub(1, kept)));
  return log(div(kept, reduceSum(kept, { axes: [-1], keepDims: true })));
}
