import { logSoftmax as emitLogSoftmax } from "../../engine/ops/logSoftmax.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface LogSoftmaxOptions {
  /** Default: −1, the last. */
  readonly axis?: number | undefined;
}

const fields = { axis: number({ default: -1, integer: true }) } satisfies FieldsOf<LogSoftmaxOptions>;

/** x − log Σ exp(x) along an axis: logarithms of probabilities. */
export function logSoftmax(options: LogSoftmaxOptions = {}): Activation {
  const config = readOptions("logSoftmax", options, fields);
  return { name: "logSoftmax", config, emit: (x) => emitLogSoftmax(x, config.axis) };
}
