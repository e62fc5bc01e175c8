import { readOptions } from "../../engine/options.js";
import type { Initializer } from "./initializer.js";
import { drawScaled } from "./varianceScaling.js";

/**
 * Truncated normal of variance 2 / fanIn, which keeps the variance level through rectified units. Takes no
 * options.
 *
 * He et al., "Delving Deep into Rectifiers", 2015, eq. 10.
 */
export function heNormal(options: Record<string, never> = {}): Initializer {
  readOptions("heNormal", options, {});
  return {
    name: "heNormal",
    config: {},
    make: (shape, random) =>
      drawScaled(shape, random, { scale: 2, mode: "fanIn", distribution: "truncatedNormal" }),
  };
}
