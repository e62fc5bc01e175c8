/** How much of what becomes of a trial depends on a parameter, or on two of them together. */
export interface ParameterImportance {
  readonly path: string;
  /** Of an interaction the other parameter; else `undefined`. */
  readonly with?: string | undefined;
  /** A share: all of them add up to 1, or are 0 where nothing can be said. */
  readonly importance: number;
  /** How much the share varies between samples of the trials. */
  readonly standardError: number;
  /** The share of the trials in which the parameter was active; of two, both. */
  readonly active: number;
  /** Why nothing can be said, or little. */
  readonly reason?: string | undefined;
}

/** Shares that add up to 1, largest first; of equal ones in the order given. All 0 where their sum is. */
export function normalized(entries: readonly ParameterImportance[]): ParameterImportance[] {
  const total = entries.reduce((sum, { importance }) => sum + importance, 0);
  const scale = total > 0 ? 1 / total : 0;
  return entries
    .map((entry) => ({
      ...entry,
      importance: entry.importance * scale,
      standardError: entry.standardError * scale,
    }))
    .sort((a, b) => b.importance - a.importance);
}
