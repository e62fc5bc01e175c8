import { flag, number, readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";

export interface DecayOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps after which the rate has decayed once; above 0. */
  readonly decaySteps: number;
  /** See each schedule's formula. */
  readonly decayRate: number;
  /** Decay once every `decaySteps` instead of a little at each step. Default: false. */
  readonly staircase?: boolean | undefined;
}

/** How {@link DecayOptions} are read. */
export const decayFields = {
  initialLearningRate: number({ min: 0 }),
  decaySteps: number({ above: 0 }),
  decayRate: number({ min: 0 }),
  staircase: flag(false),
};

/** `initialLearningRate` · `decayRate` ^ (step / `decaySteps`). */
export function exponentialDecay(options: DecayOptions): Schedule {
  const config = readOptions("exponentialDecay", options, decayFields);
  const { initialLearningRate, decaySteps, decayRate, staircase } = config;
  return {
    name: "exponentialDecay",
    config,
    at: (step) => {
      const times = step / decaySteps;
      return initialLearningRate * decayRate ** (staircase ? Math.floor(times) : times);
    },
  };
}
