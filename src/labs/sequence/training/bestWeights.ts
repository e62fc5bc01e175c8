import { ImagoError } from "../../../engine/errors.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";

/** Weights as they were when most was known of the held-out items. */
export interface BestWeights {
  /** Nats a held-out item. */
  readonly heldOut: number;
  /** Finished batches then. */
  readonly step: number;
  /** By the variables' paths. */
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** A copy of a network's weights. */
export function copyOfWeights({ variables }: Model): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(variables.map(({ path, variable }) => [path, variable.value.clone()]));
}

/** Gives a network weights that were copied from it. @throws ImagoError where one is missing */
export function setWeights({ variables }: Model, weights: Readonly<Record<string, Tensor>>): void {
  for (const { path, variable } of variables) {
    const saved = Object.hasOwn(weights, path) ? weights[path] : undefined;
    if (saved === undefined) throw new ImagoError(`The best weights have no "${path}"; the save is altered.`);
    variable.value = saved.clone();
  }
}

/** What a callback's state holds of the best weights, where it is as one was saved. */
export function readBestWeights(value: unknown): BestWeights | undefined {
  if (typeof value !== "object" || value === null || !("weights" in value)) return undefined;
  const { heldOut, step, weights } = value as { heldOut?: unknown; step?: unknown; weights: unknown };
  if (typeof heldOut !== "number" || typeof step !== "number" || typeof weights !== "object")
    return undefined;
  const entries = Object.entries(weights ?? {}).filter(
    (entry): entry is [string, Tensor] => entry[1] instanceof Tensor,
  );
  return { heldOut, step, weights: Object.fromEntries(entries) };
}
