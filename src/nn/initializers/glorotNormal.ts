import { readOptions } from "../../engine/options.js";
import type { Initializer } from "./initializer.js";
import { drawScaled } from "./varianceScaling.js";

/**
 * Truncated normal of variance 2 / (fanIn + fanOut). Takes no options.
 *
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, eq. 12.
 */
export function glorotNormal(options: Record<string, never> = {}): Initializer {
  readOptions("glorotNormal", options, {});
  return {
    name: "glorotNormal",
    config: {},
    make: (shape, random) =>
      drawScaled(shape, random, { scale: 1, mode: "fanAvg", distribution: "truncatedNormal" }),
  };
}
