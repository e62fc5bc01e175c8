import { type FieldsOf, flag, number, readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";

export interface PolynomialDecayOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps until the end; above 0. */
  readonly decaySteps: number;
  /** Rate at the end. Default: 0.0001. */
  readonly endLearningRate?: number | undefined;
  /** Power of the part that is left. Default: 1, a straight line. */
  readonly power?: number | undefined;
  /** At the end go on with twice, three times … `decaySteps` instead of staying. Default: false. */
  readonly cycle?: boolean | undefined;
}

const fields = {
  initialLearningRate: number({ min: 0 }),
  decaySteps: number({ above: 0 }),
  endLearningRate: number({ default: 0.0001, min: 0 }),
  power: number({ default: 1 }),
  cycle: flag(false),
} satisfies FieldsOf<PolynomialDecayOptions>;

/** end + (initial − end) · (1 − step / `decaySteps`)^`power`. */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const config = readOptions("polynomialDecay", options, fields);
  const { initialLearningRate: initial, decaySteps, endLearningRate: end, power, cycle } = config;
  return {
    name: "polynomialDecay",
    config,
    at: (step) => {
      const length = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
      return end + (initial - end) * (1 - Math.min(step, length) / length) ** power;
    },
  };
}
