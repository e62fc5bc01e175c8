import { readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";
import { type DecayOptions, decayFields } from "./exponentialDecay.js";

/** `initialLearningRate` / (1 + `decayRate` · step / `decaySteps`). */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  const config = readOptions("inverseTimeDecay", options, decayFields);
  const { initialLearningRate, decaySteps, decayRate, staircase } = config;
  return {
    name: "inverseTimeDecay",
    config,
    at: (step) => {
      const times = step / decaySteps;
      return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(times) : times));
    },
  };
}
