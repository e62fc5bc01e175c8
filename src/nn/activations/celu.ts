import { celu as emitCelu } from "../../engine/ops/celu.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface CeluOptions {
  /** Minus the limit at −∞. Default: 1. */
  readonly alpha?: number | undefined;
}

const fields = { alpha: number({ default: 1, above: 0 }) } satisfies FieldsOf<CeluOptions>;

/** x above 0, `alpha` · (exp(x / `alpha`) − 1) below (Barron 2017). */
export function celu(options: CeluOptions = {}): Activation {
  const config = readOptions("celu", options, fields);
  return { name: "celu", config, emit: (x) => emitCelu(x, config) };
}
