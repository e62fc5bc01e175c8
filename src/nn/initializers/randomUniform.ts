import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { drawn } from "./drawn.js";
import type { Initializer } from "./initializer.js";

export interface RandomUniformOptions {
  /** Smallest value. Default: −0.05. */
  readonly minval?: number | undefined;
  /** Bound above all values. Default: 0.05. */
  readonly maxval?: number | undefined;
}

const fields = {
  minval: number({ default: -0.05 }),
  maxval: number({ default: 0.05 }),
} satisfies FieldsOf<RandomUniformOptions>;

/** Evenly spread between two bounds. */
export function randomUniform(options: RandomUniformOptions = {}): Initializer {
  const config = readOptions("randomUniform", options, fields);
  const { minval, maxval } = config;
  return {
    name: "randomUniform",
    config,
    make: (shape, random) => drawn(shape, () => minval + (maxval - minval) * random.uniform()),
  };
}
