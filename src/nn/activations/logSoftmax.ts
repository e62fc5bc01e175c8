import { logSoftmax as emitLogSoftmax } from "../../engine/ops/logSoftmax.js";
import { number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface LogSoftmaxOptions {
  /** Default: −1, the last. */
  readonly axis?: number | undefined;
}

/** x − log Σ exp(x) along an axis: logarithms of probabilities. */
export function logSoftmax(options: LogSoftmaxOptions = {}): Activation {
  const config = readOptions("logSoftmax", options, { axis: number({ default: -1, integer: true }) });
  return { name: "logSoftmax", config, emit: (x) => emitLogSoftmax(x, config.axis) };
}
