import { readOptions } from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { Initializer } from "./initializer.js";

/** All elements 0. Takes no options. */
export function zeros(options: Record<string, never> = {}): Initializer {
  readOptions("zeros", options, {});
  return { name: "zeros", config: {}, make: (shape) => Tensor.zeros(shape) };
}
