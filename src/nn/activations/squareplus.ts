import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface SquareplusOptions {
  /** How wide the bend at 0 is; above 0. Default: 4. */
  readonly b?: number | undefined;
}

const fields = { b: number({ default: 4, above: 0 }) } satisfies FieldsOf<SquareplusOptions>;

/** (x + √(x² + b)) / 2 (Barron 2021). */
export function squareplus(options: SquareplusOptions = {}): Activation {
  const config = readOptions("squareplus", options, fields);
  return { name: "squareplus", config, emit: (x) => mul(add(x, sqrt(add(square(x), config.b))), 0.5) };
}
