import type { Value } from "../../engine/graph/graph.js";
import { and } from "../../engine/ops/and.js";
import type { Loss } from "./loss.js";
import { type Counted, reduceLoss } from "./reduceLoss.js";

/**
 * Emits a loss in full: the loss of every sample, weighted, masked and reduced.
 *
 * @param target of the shape that the data has
 * @param prediction `[batch, …, features]`
 * @param counted the samples' weights, and the prediction's mask; the loss's own mask is joined to it
 * @returns a scalar, or `[batch, …]` for a loss whose reduction is `none`
 */
export function emitLoss(loss: Loss, target: Value, prediction: Value, counted: Counted = {}): Value {
  const perSample = loss.emit(target, prediction);
  const own = loss.mask?.(target, prediction);
  const { weight, mask = own } = counted;
  const joined = own === undefined || mask === undefined || mask === own ? mask : and(mask, own);
  return reduceLoss(perSample, loss.reduction, { weight, mask: joined });
}
