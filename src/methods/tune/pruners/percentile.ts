import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { quantile } from "../numerics/quantile.js";
import type { Followed, Pruner, PruneSituation } from "./pruner.js";

export interface MedianOptions {
  /** Complete trials before any is pruned. Default: 5. */
  readonly startup?: number | undefined;
  /** No trial is pruned at steps below this. Default: 0. */
  readonly warmup?: number | undefined;
  /** Complete trials that must have reported at a step for it to be judged. Default: 1. */
  readonly least?: number | undefined;
}

export interface PercentileOptions extends MedianOptions {
  /** A trial goes on while its best is among so many in a hundred; from above 0 to 100. */
  readonly percentile: number;
}

const fields = {
  startup: number({ default: 5, min: 0, integer: true }),
  warmup: number({ default: 0, min: 0 }),
  least: number({ default: 1, min: 1, integer: true }),
} satisfies FieldsOf<MedianOptions>;

const percentileFields = {
  ...fields,
  percentile: number({ above: 0, max: 100 }),
} satisfies FieldsOf<PercentileOptions>;

/**
 * Ends a trial whose best report so far is worse than the percentile of what complete trials reported at the same step
 * (Optuna's `PercentilePruner`).
 */
export function percentile(options: PercentileOptions): Pruner {
  const settings = readOptions("percentile", options, percentileFields);
  return {
    name: "percentile",
    config: { ...settings },
    shouldPrune: (situation) => isWorse(situation, settings),
  };
}

/** `percentile` of 50. */
export function median(options: MedianOptions = {}): Pruner {
  const settings = readOptions("median", options, fields);
  return {
    name: "median",
    config: { ...settings },
    shouldPrune: (situation) => isWorse(situation, { ...settings, percentile: 50 }),
  };
}

function isWorse(
  { trial, others }: PruneSituation,
  { startup, warmup, least, percentile: share }: Required<{ [K in keyof PercentileOptions]: number }>,
): boolean {
  const step = trial.reports.at(-1)?.[0];
  if (step === undefined || step < warmup) return false;
  const complete = others.filter(({ state }) => state === "complete");
  if (complete.length < startup) return false;
  const there = complete.flatMap(({ reports }) =>
    reports.filter(([at]) => at === step).map(([, loss]) => loss),
  );
  const known = there.filter((loss) => !Number.isNaN(loss)).sort((a, b) => a - b);
  if (known.length < least) return false;
  const best = bestOf(trial);
  // Nothing but NaN leads nowhere.
  return Number.isNaN(best) || best > quantile(known, share / 100);
}

/** The least that a trial reported; NaN where it reported nothing else. */
function bestOf({ reports }: Followed): number {
  const known = reports.map(([, loss]) => loss).filter((loss) => !Number.isNaN(loss));
  return known.length === 0 ? Number.NaN : Math.min(...known);
}
