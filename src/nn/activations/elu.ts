import { elu as emitElu } from "../../engine/ops/elu.js";
import { number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface EluOptions {
  /** Minus the limit at −∞. Default: 1. */
  readonly alpha?: number | undefined;
}

/** x above 0, `alpha` · (eˣ − 1) below (Clevert et al. 2015). */
export function elu(options: EluOptions = {}): Activation {
  const config = readOptions("elu", options, { alpha: number({ default: 1 }) });
  return { name: "elu", config, emit: (x) => emitElu(x, config) };
}
