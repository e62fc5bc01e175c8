import { softmax as emitSoftmax } from "../../engine/ops/softmax.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface SoftmaxOptions {
  /** Default: −1, the last. */
  readonly axis?: number | undefined;
}

const fields = { axis: number({ default: -1, integer: true }) } satisfies FieldsOf<SoftmaxOptions>;

/** exp(x) / Σ exp(x) along an axis: probabilities. */
export function softmax(options: SoftmaxOptions = {}): Activation {
  const config = readOptions("softmax", options, fields);
  return { name: "softmax", config, emit: (x) => emitSoftmax(x, config.axis) };
}
