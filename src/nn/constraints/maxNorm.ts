import { clip } from "../../engine/ops/clip.js";
import { type FieldsOf, number, numberOrNumbers, readOptions } from "../../engine/options.js";
import type { Constraint } from "./constraint.js";
import { type Axes, normsOf, withNorms } from "./norms.js";

export interface MaxNormOptions {
  /** Largest norm, from 0. Default: 2. */
  readonly maxValue?: number | undefined;
  /** Axis or axes that the norm is taken over: 0 for a dense kernel, `[0, 1, 2]` for a 2-D convolution's. Default: 0. */
  readonly axis?: Axes | undefined;
}

const fields = {
  maxValue: number({ default: 2, min: 0 }),
  axis: numberOrNumbers(0, { integer: true }),
} satisfies FieldsOf<MaxNormOptions>;

/** Shortens weight vectors that are longer than `maxValue`. */
export function maxNorm(options: MaxNormOptions = {}): Constraint {
  const config = readOptions("maxNorm", options, fields);
  return {
    name: "maxNorm",
    config,
    emit: (weight) => {
      const norms = normsOf(weight, config.axis);
      return withNorms(weight, norms, clip(norms, 0, config.maxValue));
    },
  };
}
