import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import type { RecurrentFactory } from "../../../nn/layers/recurrent/recurrent.js";

/** Recurrent layers behind each other, as a network for one token at a time has them. */
export interface SteppedLayers {
  readonly make: RecurrentFactory;
  readonly units: number;
  readonly layers: number;
  /** State tensors that each layer has. */
  readonly states: number;
  /** Takes each state as `state_LAYER_STATE`, `[batch, units]`. */
  readonly inputs: Record<string, SymbolicTensor>;
  /** Takes what each has become as `next_state_LAYER_STATE`. */
  readonly outputs: Record<string, SymbolicTensor>;
}

/** The layers `recurrent_0` and so on, whose states are inputs and outputs: what the last one gives, `[batch, units]`. */
export function steppedLayers(
  x: SymbolicTensor,
  { make, units, layers, states, inputs, outputs }: SteppedLayers,
): SymbolicTensor {
  let y = x;
  for (let index = 0; index < layers; index++) {
    const names = Array.from({ length: states }, (_, state) => `state_${index}_${state}`);
    for (const name of names) inputs[name] = input({ shape: [units], name });
    const layer = make({
      units,
      returnSequences: index < layers - 1,
      returnState: true,
      name: `recurrent_${index}`,
    });
    const [given, ...next] = layer([y, ...names.map((name) => inputs[name] as SymbolicTensor)]);
    y = given as SymbolicTensor;
    names.forEach((name, state) => {
      outputs[`next_${name}`] = next[state] as SymbolicTensor;
    });
  }
  return y;
}
