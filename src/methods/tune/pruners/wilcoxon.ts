import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { ranksOf } from "../../numerics/ranks.js";
import type { Followed, Pruner } from "./pruner.js";

export interface WilcoxonOptions {
  /** The chance of a difference like that where there is none, below which a trial ends. Default: 0.1. */
  readonly p?: number | undefined;
  /** Steps, such as folds, that both must have. Default: 4, fewer cannot reach a chance below 0.1. */
  readonly least?: number | undefined;
}

const fields = {
  p: number({ default: 0.1, above: 0, below: 1 }),
  least: number({ default: 4, min: 1, integer: true }),
} satisfies FieldsOf<WilcoxonOptions>;

/**
 * Ends a trial that is worse than the best one over the same steps by Wilcoxon's signed-rank test, one-sided: for values of
 * folds or instances, which are alike between trials and differ from each other. It is asked at every step, so more than a
 * share `p` of trials as good as the best will be ended.
 */
export function wilcoxon(options: WilcoxonOptions = {}): Pruner {
  const settings = readOptions("wilcoxon", options, fields);
  return {
    name: "wilcoxon",
    config: { ...settings },
    shouldPrune: ({ trial, others }) => {
      const best = bestOf(others);
      if (best === undefined) return false;
      const known = new Map(best.reports);
      const differences = trial.reports.flatMap(([step, loss]) => {
        const other = known.get(step);
        return other === undefined ? [] : [loss - other];
      });
      if (differences.length < settings.least || !differences.every(Number.isFinite)) return false;
      const mean = differences.reduce((sum, one) => sum + one, 0);
      return mean > 0 && signedRankChance(differences) < settings.p;
    },
  };
}

function bestOf(others: readonly Followed[]): Followed | undefined {
  const complete = others.filter(({ state, loss }) => state === "complete" && loss !== undefined);
  return complete.reduce<Followed | undefined>(
    (best, one) => (best === undefined || (one.loss as number) < (best.loss as number) ? one : best),
    undefined,
  );
}

/**
 * The chance that ranks of positive differences add up to so much where signs are drawn: exactly, over the halves of ranks
 * that ties share. Differences of 0 count half to either side.
 */
export function signedRankChance(differences: readonly number[]): number {
  // Twice the ranks from 1, which ties make whole.
  const ranks = Array.from(ranksOf(differences.map(Math.abs)), (rank) => 2 * rank + 2);
  const observed = ranks.reduce(
    (sum, rank, i) => sum + (differences[i]! > 0 ? rank : differences[i] === 0 ? rank / 2 : 0),
    0,
  );
  let chances = new Map([[0, 1]]);
  for (const rank of ranks) {
    const next = new Map<number, number>();
    for (const [sum, chance] of chances) {
      for (const to of [sum, sum + rank]) next.set(to, (next.get(to) ?? 0) + chance / 2);
    }
    chances = next;
  }
  return [...chances].reduce((total, [sum, chance]) => total + (sum >= observed ? chance : 0), 0);
}
