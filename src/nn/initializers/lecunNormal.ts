import { readOptions } from "../../engine/options.js";
import type { Initializer } from "./initializer.js";
import { drawScaled } from "./varianceScaling.js";

/**
 * Truncated normal of variance 1 / fanIn; the initialiser that SELU is made for. Takes no options.
 *
 * LeCun et al., "Efficient BackProp", 1998, eq. 16.
 */
export function lecunNormal(options: Record<string, never> = {}): Initializer {
  readOptions("lecunNormal", options, {});
  return {
    name: "lecunNormal",
    config: {},
    make: (shape, random) =>
      drawScaled(shape, random, { scale: 1, mode: "fanIn", distribution: "truncatedNormal" }),
  };
}
