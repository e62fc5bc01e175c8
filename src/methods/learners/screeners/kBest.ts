import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { leastOf, pearsonPs } from "./pearson.js";
import type { Screener } from "./screener.js";

export interface KBestOptions {
  /** How many columns are kept; all where there are fewer. From 1. Default: 10. */
  readonly k?: number | undefined;
}

const fields = { k: number({ default: 10, min: 1, integer: true }) } satisfies FieldsOf<KBestOptions>;

/** Keeps the `k` columns of the least p-values in Pearson's test of no correlation with y; of equal ones the first. */
export function kBest(options: KBestOptions = {}): Screener {
  const config = readOptions("kBest", options, fields);
  return {
    name: "kBest",
    config,
    portable: true,
    screen: (data) => leastOf(pearsonPs("kBest", data), config.k),
  };
}
