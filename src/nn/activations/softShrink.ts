import { shrink } from "../../engine/ops/shrink.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface SoftShrinkOptions {
  /** From 0. Default: 0.5. */
  readonly threshold?: number | undefined;
}

const fields = { threshold: number({ default: 0.5, min: 0 }) } satisfies FieldsOf<SoftShrinkOptions>;

/** x moved towards 0 by `threshold`, and 0 where that is further than 0. */
export function softShrink(options: SoftShrinkOptions = {}): Activation {
  const config = readOptions("softShrink", options, fields);
  return {
    name: "softShrink",
    config,
    emit: (x) => shrink(x, { lambd: config.threshold, bias: config.threshold }),
  };
}
