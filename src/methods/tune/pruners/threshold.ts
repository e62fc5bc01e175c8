import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import type { Pruner } from "./pruner.js";

export interface ThresholdOptions {
  /** Losses above this end a trial; of a study that maximises, values below its negative. Default: none. */
  readonly above?: number | undefined;
  /** No trial is ended at steps below this. Default: 0. */
  readonly warmup?: number | undefined;
}

const fields = {
  above: optional(number()),
  warmup: number({ default: 0, min: 0 }),
} satisfies FieldsOf<ThresholdOptions>;

/** Ends a trial whose last report is NaN, or a loss above a bound. */
export function threshold(options: ThresholdOptions = {}): Pruner {
  const settings = readOptions("threshold", options, fields);
  return {
    name: "threshold",
    config: configOf(settings),
    shouldPrune: ({ trial }) => {
      const [step, loss] = trial.reports.at(-1) ?? [Number.NEGATIVE_INFINITY, 0];
      if (step < settings.warmup) return false;
      return Number.isNaN(loss) || (settings.above !== undefined && loss > settings.above);
    },
  };
}
