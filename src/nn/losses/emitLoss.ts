import type { Value } from "../../engine/graph/graph.js";
import { and } from "../../engine/ops/and.js";
import type { Loss } from "./loss.js";
import { type Counted, reduceLoss } from "./reduceLoss.js";

/** The loss of every sample, and what counts some of them more than others. */
export interface SampleLosses {
  /** `[batch, …]` */
  readonly perSample: Value;
  readonly counted: Counted;
}

/** Emits the loss of every sample, and joins the loss's own mask to what counts. */
export function sampleLosses(
  loss: Loss,
  target: Value,
  prediction: Value,
  { weight, mask: given }: Counted = {},
): SampleLosses {
  const perSample = loss.emit(target, prediction);
  const own = loss.mask?.(target, prediction);
  const mask = given ?? own;
  const joined = own === undefined || mask === undefined || mask === own ? mask : and(mask, own);
  return { perSample, counted: { weight, mask: joined } };
}

/**
 * Emits a loss in full: the loss of every sample, weighted, masked and reduced.
 *
 * @param target of the shape that the data has
 * @param prediction `[batch, …, features]`
 * @param counted the samples' weights, and the prediction's mask; the loss's own mask is joined to it
 * @returns a scalar, or `[batch, …]` for a loss whose reduction is `none`
 */
export function emitLoss(loss: Loss, target: Value, prediction: Value, counted: Counted = {}): Value {
  const losses = sampleLosses(loss, target, prediction, counted);
  return reduceLoss(losses.perSample, loss.reduction, losses.counted);
}
