import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { drawn } from "./drawn.js";
import type { Initializer } from "./initializer.js";

export interface RandomNormalOptions {
  /** Default: 0. */
  readonly mean?: number | undefined;
  /** Standard deviation. Default: 0.05. */
  readonly stddev?: number | undefined;
}

const fields = {
  mean: number({ default: 0 }),
  stddev: number({ default: 0.05, min: 0 }),
} satisfies FieldsOf<RandomNormalOptions>;

/** From a normal distribution. */
export function randomNormal(options: RandomNormalOptions = {}): Initializer {
  const config = readOptions("randomNormal", options, fields);
  return {
    name: "randomNormal",
    config,
    make: (shape, random) => drawn(shape, () => random.normal(config.mean, config.stddev)),
  };
}
