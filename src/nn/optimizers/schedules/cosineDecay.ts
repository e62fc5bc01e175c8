import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import { configOf } from "../../config/config.js";
import type { Schedule } from "../optimizer.js";

export interface CosineDecayOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps of the decay, the warm-up not counted; above 0. */
  readonly decaySteps: number;
  /** Rate at the end, as a fraction of the rate at the decay's beginning. Default: 0. */
  readonly alpha?: number | undefined;
  /** Rate at the end of the warm-up, where the decay begins. Default: none, and no warm-up. */
  readonly warmupTarget?: number | undefined;
  /** Steps of the warm-up, a straight line from the initial rate. Default: 0. */
  readonly warmupSteps?: number | undefined;
}

/** From 1 at 0 to `alpha` at 1 along half a cosine. */
export function cosineFraction(done: number, alpha: number): number {
  return (1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha;
}

const fields = {
  initialLearningRate: number({ min: 0 }),
  decaySteps: number({ above: 0 }),
  alpha: number({ default: 0 }),
  warmupTarget: optional(number({ min: 0 })),
  warmupSteps: number({ default: 0, min: 0 }),
} satisfies FieldsOf<CosineDecayOptions>;

/** Half a cosine from the initial rate (or the warm-up's end) down to `alpha` times it (Loshchilov and Hutter 2017). */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const config = readOptions("cosineDecay", options, fields);
  const { initialLearningRate: initial, decaySteps, alpha, warmupTarget, warmupSteps } = config;
  const top = warmupTarget ?? initial;
  const warmup = warmupTarget === undefined ? 0 : warmupSteps;
  return {
    name: "cosineDecay",
    config: configOf(config),
    at: (step) =>
      step < warmup
        ? initial + (top - initial) * (step / warmup)
        : top * cosineFraction(Math.min(step - warmup, decaySteps) / decaySteps, alpha),
  };
}
