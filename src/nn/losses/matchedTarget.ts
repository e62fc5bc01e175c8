import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { formatShape, sameShape } from "../../engine/tensor/shape.js";
import { sameRank } from "./sameRank.js";

/**
 * `target` in the element type of `prediction`, both in one rank, their shapes equal. Unlike in Keras, a target of size 1 is not
 * stretched over the prediction: that is nearly always a mistake.
 *
 * @param help what to do where the target has fewer axes than the prediction. Default: nothing is said.
 * @throws ImagoError where their shapes differ in more than a last axis of size 1
 */
export function matchedTarget(
  name: string,
  target: Value,
  prediction: Value,
  help?: string,
): readonly [target: Value, prediction: Value] {
  const pair = sameRank(toDtype(target, prediction.dtype), prediction);
  if (sameShape(pair[0].shape, pair[1].shape)) return pair;
  throw new ImagoError(
    `${name}: expected a target of the prediction's shape ${formatShape(prediction.shape)}, ` +
      `received ${formatShape(target.shape)}.`,
    help !== undefined && target.rank < prediction.rank ? { help } : {},
  );
}
