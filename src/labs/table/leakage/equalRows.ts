import type { Matrix } from "../../../methods/learners/matrix.js";

/** Which rows are equal in all columns. */
export interface EqualRows {
  /** `[rows]`: the same number for equal rows, from 0, in the order of their first rows. Missing cells are equal. */
  readonly ids: Int32Array;
  /** How many different rows there are. */
  readonly distinct: number;
}

/** Finds equal rows by a hash of their bits, and compares those whose hashes are equal. */
export function equalRows(x: Matrix): EqualRows {
  const { rows, columns, data } = x;
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * rows)));
  // Rows that came first, plus one; 0 is a free place.
  const places = new Int32Array(size);
  const ids = new Int32Array(rows);
  const hash = rowHash(data, columns);
  let distinct = 0;
  for (let row = 0; row < rows; row++) {
    let place = hash(row) & (size - 1);
    while (places[place] !== 0 && !areEqual(data, columns, places[place]! - 1, row))
      place = (place + 1) & (size - 1);
    if (places[place] === 0) {
      places[place] = row + 1;
      ids[row] = distinct++;
    } else ids[row] = ids[places[place]! - 1]!;
  }
  return { ids, distinct };
}

function rowHash(data: Float64Array, columns: number): (row: number) => number {
  const words = new Uint32Array(data.buffer, data.byteOffset, 2 * data.length);
  return (row) => {
    let hash = 0x9e3779b9;
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      const value = data[at]!;
      // NaN has many forms, and 0 two.
      if (Number.isNaN(value)) hash = mixed(hash, 0x7ff80001);
      else if (value !== 0) hash = mixed(mixed(hash, words[2 * at]!), words[2 * at + 1]!);
      else hash = mixed(hash, 1);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
}

function mixed(hash: number, word: number): number {
  const stirred = Math.imul(hash ^ word, 0xcc9e2d51);
  return Math.imul(((stirred << 15) | (stirred >>> 17)) + 0x1b873593, 5);
}

function areEqual(data: Float64Array, columns: number, one: number, other: number): boolean {
  for (let j = 0; j < columns; j++) {
    const [a, b] = [data[one * columns + j]!, data[other * columns + j]!];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return false;
  }
  return true;
}

/**
 * Whether equal rows are copies, or what chance has to give: a few columns of categories have no more to offer. Columns that know nothing of
 * each other would give so many pairs of equal rows; columns do know of each other, so that ten times as many are still chance. So with the
 * target as one more column: copies of rows of a single column are found by it.
 *
 * @param y `[rows]`
 */
export function areCopies(x: Matrix, { ids, distinct }: EqualRows, y: Float64Array): boolean {
  if (distinct === x.rows) return false;
  const all = (x.rows * (x.rows - 1)) / 2;
  const values = new Float64Array(x.rows);
  let expected = all;
  for (let j = 0; j < x.columns && expected > 0; j++) expected *= pairsIn(x.column(j, values)) / all;
  if (pairsIn(ids) > mostByChance * expected) return true;
  const withTarget = pairsIn(Array.from(ids, (id, row) => `${id} ${y[row]}`));
  return withTarget > mostByChance * expected * (pairsIn(y) / all);
}

/** So many times the pairs that columns would give which know nothing of each other. */
const mostByChance = 10;

/** How many pairs of values are equal. */
function pairsIn(values: ArrayLike<number | string>): number {
  const counts = new Map<number | string, number>();
  let pairs = 0;
  for (let i = 0; i < values.length; i++) {
    const before = counts.get(values[i] as number | string) ?? 0;
    pairs += before;
    counts.set(values[i] as number | string, before + 1);
  }
  return pairs;
}

/**
 * Numbers by which rows are to stay in one fold: those of one group, and copies of each other. Groups that copies would join until two are
 * left at most stay as they are.
 *
 * @param groups `[rows]` Default: none
 * @returns `[rows]` from 0, or `undefined` where every row may go where it likes
 */
export function foldIds(
  x: Matrix,
  equal: EqualRows,
  y: Float64Array,
  groups?: Int32Array,
): Int32Array | undefined {
  if (!areCopies(x, equal, y)) return groups;
  if (groups === undefined) return equal.distinct < 3 ? undefined : equal.ids;
  const together = joined(equal.ids, groups);
  return new Set(together).size < 3 ? groups : together;
}

/** One number for all rows that are connected by a number in either list. */
function joined(ids: Int32Array, groups: Int32Array): Int32Array {
  const parents = Int32Array.from(ids.keys());
  const rootOf = (row: number): number => {
    let root = row;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]!]!;
      root = parents[root]!;
    }
    return root;
  };
  for (const numbers of [ids, groups]) {
    const first = new Map<number, number>();
    for (let row = 0; row < numbers.length; row++) {
      const before = first.get(numbers[row]!);
      if (before === undefined) first.set(numbers[row]!, row);
      else parents[rootOf(row)] = rootOf(before);
    }
  }
  const numbered = new Map<number, number>();
  return Int32Array.from(ids, (_, row) => {
    const root = rootOf(row);
    const known = numbered.get(root) ?? numbered.size;
    numbered.set(root, known);
    return known;
  });
}
