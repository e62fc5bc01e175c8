import { number, readOptions } from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { Initializer } from "./initializer.js";

export interface ConstantOptions {
  /** Default: 0. */
  readonly value?: number | undefined;
}

/** All elements the same number. */
export function constant(options: ConstantOptions = {}): Initializer {
  const config = readOptions("constant", options, { value: number({ default: 0 }) });
  return { name: "constant", config, make: (shape) => Tensor.full(shape, config.value) };
}
