import type { Model } from "../../../nn/models/model.js";

/** Shapes of the inputs of a network that takes one step at a time, by their names; all sizes behind the batch must be known. */
export function stepShapes({ inputs }: Model, batch: number): Record<string, readonly number[]> {
  return Object.fromEntries(
    inputs.map(({ name, tensor }) => [name, [batch, ...(tensor.shape.slice(1) as readonly number[])]]),
  );
}
