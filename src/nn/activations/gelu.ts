import { gelu as emitGelu } from "../../engine/ops/gelu.js";
import { type FieldsOf, flag, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface GeluOptions {
  /** Approximate by tanh. Default: false. */
  readonly approximate?: boolean | undefined;
}

const fields = { approximate: flag(false) } satisfies FieldsOf<GeluOptions>;

/** x · Φ(x), where Φ is the standard normal distribution (Hendrycks and Gimpel 2016). */
export function gelu(options: GeluOptions = {}): Activation {
  const config = readOptions("gelu", options, fields);
  const approximate = config.approximate ? "tanh" : "none";
  return { name: "gelu", config, emit: (x) => emitGelu(x, { approximate }) };
}
