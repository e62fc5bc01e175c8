import { type AdamOptions, adamNamed } from "./adam.js";
import type { Optimizer } from "./optimizer.js";

/** {@link adam} with decoupled weight decay (Loshchilov and Hutter 2019). `weightDecay` is 0.004 by default. */
export function adamW(options: AdamOptions = {}): Optimizer {
  return adamNamed("adamW", { ...options, weightDecay: options.weightDecay ?? 0.004 });
}
