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
  /** Of all divisions, one after the other; each division has as many. */
  readonly folds: readonly Fold[];
  /** How often the rows are divided anew. */
  readonly divisions: number;
  /** Whether each fold is predicted from those before it. */
  readonly byTime: boolean;
  readonly all: Subset;
  /** Each fold left out. */
  readonly singles: readonly Subset[];
  /** Each two folds of a division left out; none where folds follow each other in time, since earlier folds never saw later ones. */
  readonly pairs: readonly Subset[];
}

/** The key of the subset without two folds. */
export const pairKey = (a: number, b: number): string => (a < b ? `${a}+${b}` : `${b}+${a}`);

/**
 * The subsets behind a super learner and its nested risk. What an outer fold's own cross-validation learns from is all but two folds, and
 * the same two whichever of them is the outer one, so that V folds take V (V − 1) / 2 fits beside their V, and not V².
 *
 * @param divisions folds of all rows, anew for each division
 */
export function subsetsOf(rows: number, divisions: readonly (readonly Fold[])[], byTime: boolean): Subsets {
  const every = Int32Array.from({ length: rows }, (_, row) => row);
  const folds = divisions.flat();
  const singles = folds.map(({ training, validation }, fold) => ({
    key: String(fold),
    training,
    unseen: validation,
  }));
  const all = { key: "all", training: every, unseen: every.subarray(0, 1) };
  const each = folds.length / divisions.length;
  const pairs = byTime ? [] : divisions.flatMap((own, at) => pairsOf(own, at * each));
  return { folds, divisions: divisions.length, byTime, all, singles, pairs };
}

/** @param first number of the first fold among those of all divisions */
function pairsOf(folds: readonly Fold[], first: number): Subset[] {
  if (folds.length < 3) return [];
  return folds.flatMap(({ training, validation }, a) =>
    folds.slice(a + 1).map((other, place): Subset => {
      const left = new Set(other.validation);
      return {
        key: pairKey(first + a, first + a + 1 + place),
        training: training.filter((row) => !left.has(row)),
        unseen: joinedRows([validation, other.validation]),
      };
    }),
  );
}

/** The division that a fold is of. */
export const divisionOf = ({ folds, divisions }: Subsets, fold: number): number =>
  Math.floor((fold * divisions) / folds.length);

/** What all fits of one learner cost, in fits on all rows: those of the subsets, and the one on all rows. */
export function costOfSubsets({ singles, pairs, all }: Subsets): number {
  const rows = all.training.length;
  return [...singles, ...pairs].reduce((sum, { training }) => sum + training.length / rows, 1);
}

/** Milliseconds from which there is time to divide few rows several times, or into ten: two and two and a half minutes less the reading. */
const timeForSeveral = 115_000;
const timeForTen = 145_000;

/** Numbers from which a table is large, be it long or wide. */
export const manyCells = 1_000_000;

/** How rows are divided. */
export interface Division {
  readonly folds: number;
  /** How often. */
  readonly times: number;
}

/**
 * Few rows are divided into five folds three times, where there is time, since by one division much depends on which rows fall together;
 * more of them once into ten or five; many into three, where each fit is long and says enough.
 *
 * @param units rows, or groups of them
 * @param time milliseconds that there are
 * @param columns of the matrix; with many of them each fit is long too
 */
export function tableDivision(rows: number, units: number, time: number, columns = 1): Division {
  if (rows < 500) {
    const folds = Math.max(2, Math.min(rows < 50 ? 10 : 5, units));
    // With a fold for each row there is no other division.
    return { folds, times: time >= timeForSeveral && folds < units ? 3 : 1 };
  }
  const isLarge = rows >= 20_000 || rows * columns >= manyCells;
  const most = rows < 1_000 && time >= timeForTen ? 10 : isLarge ? 3 : 5;
  return { folds: Math.max(2, Math.min(most, units)), times: 1 };
}
