import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { leastOf, pearsonPs } from "./pearson.js";
import type { Screener } from "./screener.js";

export interface CorrelationOptions {
  /** Largest p-value of a column that is kept, from 0 to 1. Default: 0.1. */
  readonly level?: number | undefined;
  /** Columns that are kept at least, those of the least p-values; from 1. Default: 2. */
  readonly least?: number | undefined;
}

const fields = {
  level: number({ default: 0.1, min: 0, max: 1 }),
  least: number({ default: 2, min: 1, integer: true }),
} satisfies FieldsOf<CorrelationOptions>;

/** Keeps the columns that correlate with y: those whose p-value in Pearson's test is at most `level`. */
export function correlation(options: CorrelationOptions = {}): Screener {
  const config = readOptions("correlation", options, fields);
  return {
    name: "correlation",
    config,
    portable: true,
    screen: (data) => {
      const ps = pearsonPs("correlation", data);
      const kept = Array.from(ps.keys()).filter((j) => ps[j]! <= config.level);
      return kept.length >= config.least ? kept : leastOf(ps, config.least);
    },
  };
}
