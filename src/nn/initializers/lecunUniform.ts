import { readOptions } from "../../engine/options.js";
import type { Initializer } from "./initializer.js";
import { drawScaled } from "./varianceScaling.js";

/**
 * Evenly spread over ±√(3 / fanIn). Takes no options.
 *
 * LeCun et al., "Efficient BackProp", 1998, eq. 16.
 */
export function lecunUniform(options: Record<string, never> = {}): Initializer {
  readOptions("lecunUniform", options, {});
  return {
    name: "lecunUniform",
    config: {},
    make: (shape, random) => drawScaled(shape, random, { scale: 1, mode: "fanIn", distribution: "uniform" }),
  };
}
