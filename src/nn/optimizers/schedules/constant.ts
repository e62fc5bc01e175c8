import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";

export interface ConstantScheduleOptions {
  /** From 0. */
  readonly learningRate: number;
}

const fields = { learningRate: number({ min: 0 }) } satisfies FieldsOf<ConstantScheduleOptions>;

/** The same rate at every step. */
export function constant(options: ConstantScheduleOptions): Schedule {
  const config = readOptions("constant schedule", options, fields);
  return { name: "constant", config, at: () => config.learningRate };
}
