import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { Initializer } from "./initializer.js";

export interface ConstantOptions {
  /** Default: 0. */
  readonly value?: number | undefined;
}

const fields = { value: number({ default: 0 }) } satisfies FieldsOf<ConstantOptions>;

/** All elements the same number. */
export function constant(options: ConstantOptions = {}): Initializer {
  const config = readOptions("constant", options, fields);
  return { name: "constant", config, make: (shape) => Tensor.full(shape, config.value) };
}
