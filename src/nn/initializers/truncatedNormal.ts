import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { drawn } from "./drawn.js";
import type { Initializer } from "./initializer.js";

export interface TruncatedNormalOptions {
  /** Default: 0. */
  readonly mean?: number | undefined;
  /** Standard deviation before truncation; 0.88 times it afterwards. Default: 0.05. */
  readonly stddev?: number | undefined;
}

const fields = {
  mean: number({ default: 0 }),
  stddev: number({ default: 0.05, min: 0 }),
} satisfies FieldsOf<TruncatedNormalOptions>;

/** From a normal distribution without what lies two standard deviations or more from the mean. */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initializer {
  const config = readOptions("truncatedNormal", options, fields);
  return {
    name: "truncatedNormal",
    config,
    make: (shape, random) => drawn(shape, () => random.truncatedNormal(config.mean, config.stddev)),
  };
}
