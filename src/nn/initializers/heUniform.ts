import { readOptions } from "../../engine/options.js";
import type { Initializer } from "./initializer.js";
import { drawScaled } from "./varianceScaling.js";

/**
 * Evenly spread over ±√(6 / fanIn), which keeps the variance level through rectified units. Takes no options.
 *
 * He et al., "Delving Deep into Rectifiers", 2015, eq. 10.
 */
export function heUniform(options: Record<string, never> = {}): Initializer {
  readOptions("heUniform", options, {});
  return {
    name: "heUniform",
    config: {},
    make: (shape, random) => drawScaled(shape, random, { scale: 2, mode: "fanIn", distribution: "uniform" }),
  };
}
