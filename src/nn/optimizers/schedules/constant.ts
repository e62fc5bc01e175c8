import { number, readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";

export interface ConstantScheduleOptions {
  /** From 0. */
  readonly learningRate: number;
}

/** The same rate at every step. */
export function constant(options: ConstantScheduleOptions): Schedule {
  const config = readOptions("constant schedule", options, { learningRate: number({ min: 0 }) });
  return { name: "constant", config, at: () => config.learningRate };
}
