import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { penalty } from "./l1l2.js";
import type { Regularizer } from "./regularizer.js";

export interface L2Options {
  /** Factor, from 0. Default: 0.01. */
  readonly l2?: number | undefined;
}

const fields = { l2: number({ default: 0.01, min: 0 }) } satisfies FieldsOf<L2Options>;

/** The penalty `l2` · Σ w², which keeps weights small. Not halved. */
export function l2(options: L2Options = {}): Regularizer {
  const config = readOptions("l2", options, fields);
  return { name: "l2", config, emit: (weight) => penalty(weight, { l1: 0, l2: config.l2 }) };
}
