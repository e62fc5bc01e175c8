import { readOptions } from "../../engine/options.js";
import type { Initializer } from "./initializer.js";
import { drawScaled } from "./varianceScaling.js";

/**
 * Evenly spread over ±√(6 / (fanIn + fanOut)), which keeps the variance of signals and gradients level through
 * layers. Takes no options.
 *
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, eq. 16.
 */
export function glorotUniform(options: Record<string, never> = {}): Initializer {
  readOptions("glorotUniform", options, {});
  return {
    name: "glorotUniform",
    config: {},
    make: (shape, random) => drawScaled(shape, random, { scale: 1, mode: "fanAvg", distribution: "uniform" }),
  };
}
