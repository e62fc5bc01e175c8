import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Followed, Pruner } from "./pruner.js";

export interface HalvingOptions {
  /** The step of the first rung, from above 0. Default: 1. */
  readonly first?: number | undefined;
  /** One of so many trials goes on from each rung, whose step is so many times the one before. Default: 3. */
  readonly factor?: number | undefined;
}

const fields = {
  first: number({ default: 1, above: 0 }),
  factor: number({ default: 3, min: 2, integer: true }),
} satisfies FieldsOf<HalvingOptions>;

/**
 * Asynchronous successive halving with stopping: at each rung a trial goes on where it is among the best of those that came
 * there, one of `factor`, at least one (what Optuna calls `SuccessiveHalvingPruner`, and Ray ASHA). The verdict depends on who
 * came before: a later trial must beat all of them.
 */
export function halving(options: HalvingOptions = {}): Pruner {
  const settings = readOptions("halving", options, fields);
  const { first, factor } = settings;
  return {
    name: "halving",
    config: { ...settings },
    shouldPrune: ({ trial, others }) => {
      const [step, last] = trial.reports.at(-1) ?? [0, Number.NaN];
      const before = trial.reports.at(-2)?.[0] ?? Number.NEGATIVE_INFINITY;
      if (Number.isNaN(last)) return true;
      for (let rung = first; rung <= step; rung *= factor) {
        if (before >= rung) continue;
        const there = others.flatMap((other) => lossAt(other, rung) ?? []);
        const all = [...there, last].sort((a, b) => a - b);
        const count = Math.max(1, Math.floor(all.length / factor));
        if (last > (all[count - 1] as number)) return true;
      }
      return false;
    },
  };
}

/** What a trial had when it came to a rung; nothing for one that did not come there, or only with NaN. */
export function lossAt({ reports }: Followed, rung: number): number | undefined {
  const loss = reports.find(([step]) => step >= rung)?.[1];
  return loss === undefined || Number.isNaN(loss) ? undefined : loss;
}
