import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";
import { cosineFraction } from "./cosineDecay.js";

export interface CosineDecayRestartsOptions {
  /** Rate at step 0. */
  readonly initialLearningRate: number;
  /** Steps until the first restart; above 0. */
  readonly firstDecaySteps: number;
  /** How much longer each period is than the one before; from 1. Default: 2. */
  readonly tMul?: number | undefined;
  /** Rate at which a period begins, over that of the one before. Default: 1. */
  readonly mMul?: number | undefined;
  /** Smallest rate, as a fraction of the initial one. Default: 0. */
  readonly alpha?: number | undefined;
}

/** Periods before `fraction` (in first periods), and how far the one at `fraction` has come. */
function periodAt(fraction: number, tMul: number): { readonly restarts: number; readonly done: number } {
  let restarts = 0;
  let begin = 0;
  let length = 1;
  if (tMul === 1) return { restarts: Math.floor(fraction), done: fraction % 1 };
  while (fraction >= begin + length) {
    begin += length;
    length *= tMul;
    restarts++;
  }
  return { restarts, done: (fraction - begin) / length };
}

const fields = {
  initialLearningRate: number({ min: 0 }),
  firstDecaySteps: number({ above: 0 }),
  tMul: number({ default: 2, min: 1 }),
  mMul: number({ default: 1, min: 0 }),
  alpha: number({ default: 0 }),
} satisfies FieldsOf<CosineDecayRestartsOptions>;

/** Half cosines that begin anew ("warm restarts", Loshchilov and Hutter 2017), each period `tMul` times as long. */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const config = readOptions("cosineDecayRestarts", options, fields);
  const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha } = config;
  return {
    name: "cosineDecayRestarts",
    config,
    at: (step) => {
      const { restarts, done } = periodAt(step / firstDecaySteps, tMul);
      const cosine = mMul ** restarts * cosineFraction(done, 0);
      return initialLearningRate * ((1 - alpha) * cosine + alpha);
    },
  };
}
