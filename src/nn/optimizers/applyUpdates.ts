import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { mul } from "../../engine/ops/mul.js";
import { sub } from "../../engine/ops/sub.js";
import { clipGradients } from "./clipGradients.js";
import type { Optimizer, Update } from "./optimizer.js";

export interface UpdateRequest {
  readonly optimizer: Optimizer;
  readonly weights: readonly Value[];
  /** One for each weight, of its type. */
  readonly gradients: readonly Value[];
  /** For each weight the slots that `optimizer.slots` asks for, by name. */
  readonly slots: readonly Readonly<Record<string, Value>>[];
  /** A float32 scalar. */
  readonly learningRate: Value;
  /** Float32 scalars, for each of `optimizer.factors` by name. */
  readonly factors: Readonly<Record<string, Value>>;
}

/**
 * Emits one step of an optimiser for all weights, in Keras's order: gradients are clipped, weights decay, then the
 * rule is applied. Constraints are the caller's, afterwards.
 *
 * @returns the new weight and slots of each weight, of the same types
 * @throws {ImagoError} where the lists are not of one length
 */
export function applyUpdates(request: UpdateRequest): Update[] {
  const { optimizer, weights, gradients, slots, learningRate, factors } = request;
  if (gradients.length !== weights.length || slots.length !== weights.length) {
    throw new ImagoError(
      `applyUpdates: expected a gradient and slots for each of ${weights.length} weights, ` +
        `received ${gradients.length} and ${slots.length}.`,
    );
  }
  const clipped = clipGradients(gradients, optimizer.clipping);
  const { weightDecay } = optimizer;
  const kept = weightDecay === undefined ? undefined : sub(1, mul(learningRate, weightDecay));
  return weights.map((weight, index) =>
    optimizer.emit({
      weight: kept === undefined ? weight : mul(weight, kept),
      gradient: clipped[index] as Value,
      slots: slots[index] as Readonly<Record<string, Value>>,
      learningRate,
      factors,
    }),
  );
}
