import { shrink } from "../../engine/ops/shrink.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface HardShrinkOptions {
  /** From 0. Default: 0.5. */
  readonly threshold?: number | undefined;
}

const fields = { threshold: number({ default: 0.5, min: 0 }) } satisfies FieldsOf<HardShrinkOptions>;

/** x where |x| is above `threshold`, 0 elsewhere. */
export function hardShrink(options: HardShrinkOptions = {}): Activation {
  const config = readOptions("hardShrink", options, fields);
  return { name: "hardShrink", config, emit: (x) => shrink(x, { lambd: config.threshold, bias: 0 }) };
}
