import { readOptions } from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { Initializer } from "./initializer.js";

/** All elements 1. Takes no options. */
export function ones(options: Record<string, never> = {}): Initializer {
  readOptions("ones", options, {});
  return { name: "ones", config: {}, make: (shape) => Tensor.full(shape, 1) };
}
