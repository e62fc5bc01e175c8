import { greater } from "../../engine/ops/greater.js";
import { where } from "../../engine/ops/where.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface ThresholdOptions {
  /** Default: 0. (Keras has no default.) */
  readonly threshold?: number | undefined;
  /** The result up to the threshold. Default: 0. (Keras has no default.) */
  readonly defaultValue?: number | undefined;
}

const fields = {
  threshold: number({ default: 0 }),
  defaultValue: number({ default: 0 }),
} satisfies FieldsOf<ThresholdOptions>;

/** x above `threshold`, `defaultValue` elsewhere. */
export function threshold(options: ThresholdOptions = {}): Activation {
  const config = readOptions("threshold", options, fields);
  return {
    name: "threshold",
    config,
    emit: (x) => where(greater(x, config.threshold), x, config.defaultValue),
  };
}
