import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { concat } from "../../engine/ops/concat.js";
import { equal } from "../../engine/ops/equal.js";
import { expand } from "../../engine/ops/expand.js";
import { greater } from "../../engine/ops/greater.js";
import { matMul } from "../../engine/ops/matMul.js";
import { not } from "../../engine/ops/not.js";
import { oneHot } from "../../engine/ops/oneHot.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { slice } from "../../engine/ops/slice.js";
import { topK as emitTopK } from "../../engine/ops/topK.js";
import { where } from "../../engine/ops/where.js";
import { formatShape, sameShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { alignWeight } from "../losses/reduceLoss.js";
import { sameRank } from "../losses/sameRank.js";
import { joined } from "./make.js";
import { wrongWhereNan } from "./nanScores.js";

/** Which predictions are looked at. */
export interface Looked {
  /** Only the `topK` highest scores along the classes count as found. */
  readonly topK?: number | undefined;
  /** Only this class is counted. */
  readonly classId?: number | undefined;
}

/** How often labels were found and not found, at each threshold; all weighted. */
export interface Confusion {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly trueNegatives: Float64Array;
  readonly falseNegatives: Float64Array;
}

function onlyTop(scores: Value, k: number): Value {
  const { indices } = emitTopK(scores, { k });
  const chosen = reduceSum(oneHot(indices, { depth: scores.size(-1) }), { axes: [-2] });
  return where(greater(chosen, 0), scores, Number.NEGATIVE_INFINITY);
}

function onlyClass(x: Value, classId: number): Value {
  return slice(x, { starts: [classId], ends: [classId + 1], axes: [-1] });
}

/** Labels, scores and weights, each `[n]`; a label that is not 0 counts as 1, and a score of NaN is on the wrong side of every threshold. */
function flattened(
  target: Value,
  prediction: Value,
  weight: Value | undefined,
  { topK, classId }: Looked,
): { readonly labels: Value; readonly scores: Value; readonly weights: Value } {
  const [ranked, same] = sameRank(toDtype(prediction, "float32"), target);
  if (!sameShape(ranked.shape, same.shape)) {
    throw new ImagoError(
      `expected labels of the prediction's shape ${formatShape(prediction.shape)}, received ${formatShape(target.shape)}.`,
    );
  }
  const known = wrongWhereNan(ranked, cast(not(equal(same, 0)), "float32"));
  const top = topK === undefined ? known : onlyTop(known, topK);
  const scores = classId === undefined ? top : onlyClass(top, classId);
  const labels = classId === undefined ? same : onlyClass(same, classId);
  const weights =
    weight === undefined
      ? expand(scores.graph.scalar(1, "float32"), scores.shape)
      : expand(alignWeight(weight, scores), scores.shape);
  return {
    labels: reshape(cast(not(equal(labels, 0)), "float32"), [-1]),
    scores: reshape(scores, [-1]),
    weights: reshape(weights, [-1]),
  };
}

/**
 * Emits what {@link confusionOf} makes the four counts from.
 *
 * @param thresholds a score above one counts as found
 * @param adapt changes the scores before they are compared
 * @returns float32[2 · thresholds + 2]: true positives, false positives, then all positives and all negatives
 */
export function confusionSums(
  target: Value,
  prediction: Value,
  weight: Value | undefined,
  thresholds: readonly number[],
  looked: Looked = {},
  adapt: (scores: Value) => Value = (scores) => scores,
): Value {
  const { labels, scores, weights } = flattened(target, prediction, weight, looked);
  const positives = where(greater(labels, 0), weights, 0);
  const negatives = where(greater(labels, 0), 0, weights);
  const both = concat([reshape(positives, [1, -1]), reshape(negatives, [1, -1])], { axis: 0 });
  const limits = new Tensor("float32", [thresholds.length], Float32Array.from(thresholds));
  const found = cast(greater(reshape(adapt(scores), [-1, 1]), limits), "float32");
  return joined([matMul(both, found), reduceSum(both, { axes: [1] })]);
}

/** The four counts from the sums of all batches. */
export function confusionOf(sums: Float64Array): Confusion {
  const count = (sums.length - 2) / 2;
  const truePositives = sums.slice(0, count);
  const falsePositives = sums.slice(count, 2 * count);
  const [positives = 0, negatives = 0] = sums.slice(2 * count);
  return {
    truePositives,
    falsePositives,
    trueNegatives: falsePositives.map((found) => negatives - found),
    falseNegatives: truePositives.map((found) => positives - found),
  };
}
