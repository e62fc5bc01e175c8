import type { TrainedMember } from "./trainedMember.js";

/** A figure over several networks. */
export interface FigureSummary {
  readonly mean: number;
  /** Standard deviation between the networks, divided by the root of their number; NaN for one. Approximate: they share rows. */
  readonly standardError: number;
}

/** Each figure's mean and standard error over the members that have it. */
export function summarize(members: readonly TrainedMember[]): Record<string, FigureSummary> {
  const having = members.flatMap(({ figures }) => (figures === undefined ? [] : [figures]));
  const names = Object.keys(having[0] ?? {});
  const entries = names.map((name) => {
    const values = having.map((figures) => figures[name] ?? Number.NaN);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    return [name, { mean, standardError: Math.sqrt(spread / values.length) }] as const;
  });
  return Object.fromEntries(entries);
}
