import type { CompileOptions } from "../../../engine/runtime/runtime.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import type { Model } from "../../../nn/models/model.js";

/**
 * Below so many weights one token's work is shorter than handing parts of it to other threads: with 128 units
 * and 58 symbols a step takes 30 µs on one thread and up to 150 µs on two of a busy machine.
 */
const fewWeights = 2_000_000;

/** How a network that takes one step at a time is compiled: small ones for a single thread. */
export function threadsFor(network: Model): CompileOptions {
  const weights = network.variables.reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0);
  return weights < fewWeights ? { threads: 1 } : {};
}
