import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  flag,
  having,
  list,
  number,
  optional,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { foldCount } from "./foldCount.js";

/** Rows to learn from and rows to predict, from 0, each in rising order. */
export interface Fold {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

export interface FoldOptions {
  /** How many. Default: by the effective sample size, see `foldCount`. */
  readonly folds?: number | undefined;
  /** `[rows]`: rows of one id stay in one fold. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
  /** `[rows]`: classes whose shares are to be alike in all folds. Default: none. */
  readonly strata?: ArrayLike<number> | undefined;
  /** Rows stand in the order of time: each fold is predicted from those before it. Default: false. */
  readonly byTime?: boolean | undefined;
  /** Rows to predict in each fold, in the place of drawn ones. Default: drawn. */
  readonly validationRows?: readonly (readonly number[])[] | undefined;
  /** Default: one of seed 0. */
  readonly random?: Generator | undefined;
}

const fields = {
  folds: optional(number({ min: 2, integer: true })),
  ids: optional(unchecked<ArrayLike<number | string>>("an id for each row")),
  strata: optional(unchecked<ArrayLike<number>>("a class for each row")),
  byTime: flag(false),
  validationRows: optional(
    list(list(number({ min: 0, integer: true }), "an array of rows"), "an array of arrays of rows"),
  ),
  random: optional(having<Generator>("a Generator", "split", "permutation")),
} satisfies FieldsOf<FoldOptions>;

const rowCount = number({ min: 0, integer: true });

/**
 * Divides rows into folds. Rows, or clusters of them, are shuffled and dealt in turn, so that sizes differ by at most one;
 * with strata each class is dealt by itself, going on where the class before ended; with both, clusters go one by one, the
 * largest first, to the fold that lacks their classes most.
 *
 * @param rows how many there are
 * @throws ImagoError on unknown options, fewer rows or clusters than folds, ids or strata that are not as many as rows, and
 *   given rows that are not each in one fold at most
 */
export function makeFolds(rows: number, options: FoldOptions = {}): Fold[] {
  const {
    folds,
    ids,
    strata,
    byTime,
    validationRows,
    random = new Generator(0),
  } = readOptions("folds", options, fields);
  rowCount.read("folds", "rows", rows);
  if (validationRows !== undefined) return givenFolds(rows, validationRows);
  checkLength("ids", ids, rows);
  checkLength("strata", strata, rows);
  const clusters = clustersOf(rows, ids);
  const usual = foldCount({ rows, clusters: clusters.length, rarest: strata && rarestOf(strata) });
  // Of time the first block has nothing before it that it could be predicted from.
  const count = folds ?? (byTime ? Math.min(usual, Math.max(1, rows - 1)) : usual);
  if (clusters.length < Math.max(2, count)) {
    const what = ids === undefined ? "rows" : "clusters of rows";
    throw new ImagoError(
      `folds: ${clusters.length} ${what} cannot be divided into ${Math.max(2, count)} folds.`,
      {
        help: clusters.length < 2 ? "Two at least are needed." : `Ask for ${clusters.length} folds at most.`,
      },
    );
  }
  if (byTime) return blocksOfTime(rows, count, ids !== undefined);
  const dealt =
    strata === undefined ? deal(clusters, count, random) : dealStrata(clusters, strata, count, random);
  return dealt.map((validation) => foldOf(rows, validation));
}

function checkLength(name: string, given: ArrayLike<unknown> | undefined, rows: number): void {
  if (given === undefined || given.length === rows) return;
  throw new ImagoError(`folds: there are ${given.length} ${name} for ${rows} rows; they must be as many.`);
}

/** Rows by cluster, in the order of their first rows. */
function clustersOf(rows: number, ids: ArrayLike<number | string> | undefined): number[][] {
  if (ids === undefined) return Array.from({ length: rows }, (_, row) => [row]);
  const found = new Map<number | string, number[]>();
  for (let row = 0; row < rows; row++) {
    const id = ids[row] as number | string;
    const cluster = found.get(id);
    if (cluster === undefined) found.set(id, [row]);
    else cluster.push(row);
  }
  return [...found.values()];
}

function rarestOf(strata: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let row = 0; row < strata.length; row++) {
    const stratum = strata[row] as number;
    counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  }
  return Math.min(...counts.values());
}

function shuffled<T>(items: readonly T[], random: Generator): T[] {
  return Array.from(random.permutation(items.length), (place) => items[place] as T);
}

function deal(clusters: readonly number[][], count: number, random: Generator): number[][] {
  const folds = Array.from({ length: count }, (): number[] => []);
  shuffled(clusters, random).forEach((cluster, place) => {
    folds[place % count]?.push(...cluster);
  });
  return folds;
}

function dealStrata(
  clusters: readonly number[][],
  strata: ArrayLike<number>,
  count: number,
  random: Generator,
): number[][] {
  const single = clusters.every((cluster) => cluster.length === 1);
  return single ? dealClasses(clusters, strata, count, random) : dealByNeed(clusters, strata, count, random);
}

/** Each class in turn, going on with the fold at which the class before ended. */
function dealClasses(
  rows: readonly number[][],
  strata: ArrayLike<number>,
  count: number,
  random: Generator,
): number[][] {
  const classes = [...new Set(rows.map(([row]) => strata[row as number] as number))].sort((a, b) => a - b);
  const ordered = classes.flatMap((stratum) =>
    shuffled(
      rows.filter(([row]) => strata[row as number] === stratum),
      random.split(stratum),
    ),
  );
  const folds = Array.from({ length: count }, (): number[] => []);
  ordered.forEach((cluster, place) => {
    folds[place % count]?.push(...cluster);
  });
  return folds;
}

/** Clusters whose rows may be of several classes: the largest first, each to the fold that lacks its classes most. */
function dealByNeed(
  clusters: readonly number[][],
  strata: ArrayLike<number>,
  count: number,
  random: Generator,
): number[][] {
  const ordered = shuffled(clusters, random).sort((a, b) => b.length - a.length);
  const folds = Array.from({ length: count }, () => ({
    rows: [] as number[],
    held: new Map<number, number>(),
  }));
  for (const cluster of ordered) {
    const has = ({ held }: (typeof folds)[number]): number =>
      cluster.reduce((sum, row) => sum + (held.get(strata[row] as number) ?? 0), 0);
    const neediest = folds.reduce((best, fold) => {
      const [mine, least] = [has(fold), has(best)];
      return mine < least || (mine === least && fold.rows.length < best.rows.length) ? fold : best;
    });
    neediest.rows.push(...cluster);
    for (const row of cluster) {
      const stratum = strata[row] as number;
      neediest.held.set(stratum, (neediest.held.get(stratum) ?? 0) + 1);
    }
  }
  return folds.map(({ rows }) => rows);
}

function foldOf(rows: number, validation: readonly number[]): Fold {
  const held = new Set(validation);
  const training = Array.from({ length: rows }, (_, row) => row).filter((row) => !held.has(row));
  return { training: Int32Array.from(training), validation: Int32Array.from(validation).sort() };
}

/** Blocks of equal size; each but the first is predicted from all before it. */
function blocksOfTime(rows: number, count: number, hasIds: boolean): Fold[] {
  if (hasIds) throw new ImagoError("folds: byTime divides rows by their order; leave out ids.");
  const blocks = count + 1;
  if (rows < blocks)
    throw new ImagoError(`folds: ${rows} rows cannot be divided into ${blocks} blocks of time.`, {
      help: `Ask for ${Math.max(1, rows - 1)} folds at most: each needs earlier rows.`,
    });
  const begin = (block: number): number => Math.floor((block * rows) / blocks);
  const range = (from: number, to: number): Int32Array =>
    Int32Array.from({ length: to - from }, (_, i) => from + i);
  return Array.from({ length: count }, (_, index) => ({
    training: range(0, begin(index + 1)),
    validation: range(begin(index + 1), begin(index + 2)),
  }));
}

function givenFolds(rows: number, given: readonly (readonly number[])[]): Fold[] {
  if (given.length < 2)
    throw new ImagoError(`folds: validationRows must be two folds or more, received ${given.length}.`);
  const seen = new Set<number>();
  given.forEach((fold, index) => {
    if (fold.length === 0) throw new ImagoError(`folds: validationRows[${index}] is empty.`);
    for (const row of fold) {
      if (row >= rows)
        throw new ImagoError(`folds: validationRows[${index}] names row ${row} of ${rows}, counted from 0.`);
      if (seen.has(row)) throw new ImagoError(`folds: row ${row} is in two of validationRows.`);
      seen.add(row);
    }
  });
  return given.map((fold) => foldOf(rows, fold));
}
