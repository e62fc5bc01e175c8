import type { Fold } from "../../../methods/ensemble/folds/folds.js";
import { joinedRows } from "../../../methods/ensemble/rows.js";

/** Rows that a learner learns from, and rows that it predicts without having seen them; in rising order. */
export interface Subset {
  /** By which what came of it is kept: `all`, the fold that is left out, `3`, or the two, `1+3`. */
  readonly key: string;
  readonly training: Int32Array;
  readonly unseen: Int32Array;
}

/** All subsets that a super learner and its honest risk take. */
export interface Subsets {
  readonly folds: readonly Fold[];
  /** Whether each fold is predicted from those before it. */
  readonly byTime: boolean;
  readonly all: Subset;
  /** Each fold left out. */
  readonly singles: readonly Subset[];
  /** Each two folds left out; none where folds follow each other in time, since earlier folds never saw later ones. */
  readonly pairs: readonly Subset[];
}

/** The key of the subset without two folds. */
export const pairKey = (a: number, b: number): string => (a < b ? `${a}+${b}` : `${b}+${a}`);

/**
 * The subsets behind a super learner and its nested risk. What an outer fold's own cross-validation learns from is all but two folds, and
 * the same two whichever of them is the outer one, so that V folds take V (V − 1) / 2 fits beside their V, and not V².
 */
export function subsetsOf(rows: number, folds: readonly Fold[], byTime: boolean): Subsets {
  const every = Int32Array.from({ length: rows }, (_, row) => row);
  const singles = folds.map(({ training, validation }, fold) => ({
    key: String(fold),
    training,
    unseen: validation,
  }));
  const all = { key: "all", training: every, unseen: every.subarray(0, 1) };
  return { folds, byTime, all, singles, pairs: byTime ? [] : pairsOf(folds) };
}

function pairsOf(folds: readonly Fold[]): Subset[] {
  if (folds.length < 3) return [];
  return folds.flatMap(({ training, validation }, a) =>
    folds.slice(a + 1).map((other, place): Subset => {
      const left = new Set(other.validation);
      return {
        key: pairKey(a, a + 1 + place),
        training: training.filter((row) => !left.has(row)),
        unseen: joinedRows([validation, other.validation]),
      };
    }),
  );
}

/** What all fits of one learner cost, in fits on all rows: those of the subsets, and the one on all rows. */
export function costOfSubsets({ singles, pairs, all }: Subsets): number {
  const rows = all.training.length;
  return [...singles, ...pairs].reduce((sum, { training }) => sum + training.length / rows, 1);
}

/** Milliseconds from which there is time for ten folds. */
const timeForTen = 150_000;

/**
 * How many folds: ten of few rows, since each then counts, where there is time; three of many, where each fit is long and says enough.
 *
 * @param units rows, or groups of them
 * @param time milliseconds that there are
 */
export function tableFolds(rows: number, units: number, time: number): number {
  const few = rows < 100 || (rows < 1_000 && time >= timeForTen);
  return Math.max(2, Math.min(few ? 10 : rows < 20_000 ? 5 : 3, units));
}
