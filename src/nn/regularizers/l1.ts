import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { penalty } from "./l1l2.js";
import type { Regularizer } from "./regularizer.js";

export interface L1Options {
  /** Factor, from 0. Default: 0.01. */
  readonly l1?: number | undefined;
}

const fields = { l1: number({ default: 0.01, min: 0 }) } satisfies FieldsOf<L1Options>;

/** The penalty `l1` · Σ |w|, which drives weights to exactly 0. */
export function l1(options: L1Options = {}): Regularizer {
  const config = readOptions("l1", options, fields);
  return { name: "l1", config, emit: (weight) => penalty(weight, { l1: config.l1, l2: 0 }) };
}
