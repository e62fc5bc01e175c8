import { elu as emitElu } from "../../engine/ops/elu.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface EluOptions {
  /** Minus the limit at −∞. Default: 1. */
  readonly alpha?: number | undefined;
}

const fields = { alpha: number({ default: 1 }) } satisfies FieldsOf<EluOptions>;

/** x above 0, `alpha` · (eˣ − 1) below (Clevert et al. 2015). */
export function elu(options: EluOptions = {}): Activation {
  const config = readOptions("elu", options, fields);
  return { name: "elu", config, emit: (x) => emitElu(x, config) };
}
