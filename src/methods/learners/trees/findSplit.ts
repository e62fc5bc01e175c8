import { aboveAll, type Binned, type ColumnBins, missingBin } from "./bins.js";
import { columnStart, missingStart, perBin } from "./histogram.js";
import { type Split, wordsPerSet } from "./nodes.js";

/** Sums over the rows of a node. */
export interface Totals {
  readonly target: number;
  readonly weight: number;
  readonly rows: number;
}

/** What a split must keep, and how sums are read. */
export interface SplitRules {
  /** Fewest rows of a child. */
  readonly minLeafRows: number;
  /** Added to the sums of weights. */
  readonly l2: number;
  /** Which word of a bin is the sum of weights: 2, the number of rows, where all weights are 1. */
  readonly weightWord: 1 | 2;
}

/** The best way found to part a node. */
export interface FoundSplit extends Split {
  /** What T² / (W + l2) of the children is above the parent's, above 0. */
  readonly gain: number;
  /** The last bin that goes left, for columns of numbers. */
  readonly bin: number;
  readonly left: Totals;
}

/** Less weight in a child than this is no support for a leaf's value. */
const leastWeight = 1e-3;
/** Categories of little weight are drawn to the middle of their order by so much. */
const categorySmoothing = 10;

/** What is kept of the best split while columns are searched; a new object for each improvement would cost more. */
class Best {
  gain: number;
  column = -1;
  bin = -1;
  missingLeft = false;
  target = 0;
  weight = 0;
  rows = 0;
  set: Int32Array | undefined;

  constructor(least: number) {
    this.gain = least;
  }

  /** Takes a left child's sums where they are better. Rows that are missing go left or right with the others. */
  offer(
    node: Totals,
    { minLeafRows, l2 }: SplitRules,
    target: number,
    weight: number,
    rows: number,
  ): boolean {
    if (rows < minLeafRows || node.rows - rows < minLeafRows) return false;
    const other = node.weight - weight;
    if (weight < leastWeight || other < leastWeight) return false;
    const rest = node.target - target;
    const gain = (target * target) / (weight + l2) + (rest * rest) / (other + l2);
    if (!(gain > this.gain)) return false;
    this.gain = gain;
    this.target = target;
    this.weight = weight;
    this.rows = rows;
    return true;
  }

  take(column: number, bin: number, missingLeft: boolean, set?: Int32Array): void {
    this.column = column;
    this.bin = bin;
    this.missingLeft = missingLeft;
    this.set = set;
  }
}

/**
 * The split of a node that lowers the loss's second-order expansion most: the largest growth of T² / (W + l2), where T
 * and W are a child's sums (Chen and Guestrin 2016, equation 7). What is missing tries both sides (their section 3.4);
 * where nothing is, the larger child is where it will go. Categories are put in order by T / W and parted in two
 * (Fisher 1958).
 *
 * @returns `undefined` if no split is better than none
 */
export function findSplit(
  histogram: Float64Array,
  { columns }: Binned,
  searched: Int32Array,
  node: Totals,
  rules: SplitRules,
): FoundSplit | undefined {
  const parent = (node.target * node.target) / (node.weight + rules.l2);
  const best = new Best(parent * (1 + 1e-12) + 1e-300);
  for (const j of searched) {
    if (columns[j]!.categories === undefined) searchNumbers(histogram, j, columns[j]!, node, rules, best);
    else searchCategories(histogram, j, columns[j]!, node, rules, best);
  }
  if (best.column < 0) return undefined;
  const { column, bin, set, missingLeft, target, weight, rows } = best;
  const threshold = set !== undefined ? 0 : (columns[column]!.edges[bin] ?? aboveAll);
  return {
    column,
    bin,
    set,
    missingLeft,
    threshold,
    gain: best.gain - parent,
    left: { target, weight, rows },
  };
}

function searchNumbers(
  histogram: Float64Array,
  j: number,
  { count }: ColumnBins,
  node: Totals,
  rules: SplitRules,
  best: Best,
): void {
  const start = columnStart(j);
  const { weightWord, minLeafRows } = rules;
  const missing = missingStart(j);
  const missingRows = histogram[missing + 2]!;
  const missingTarget = histogram[missing]!;
  const missingWeight = histogram[missing + weightWord]!;
  const most = node.rows - minLeafRows;
  let target = 0;
  let weight = 0;
  let rows = 0;
  // With something missing, all numbers against it is a split too.
  const last = missingRows > 0 ? count : count - 1;
  for (let bin = 0; bin < last; bin++) {
    const at = start + bin * perBin;
    const own = histogram[at + 2]!;
    if (own === 0) continue;
    target += histogram[at]!;
    weight += histogram[at + weightWord]!;
    rows += own;
    if (rows > most) break;
    const takes = best.offer(node, rules, target, weight, rows);
    if (takes) best.take(j, bin, missingRows === 0 && rows * 2 >= node.rows);
    if (missingRows === 0) continue;
    const both = best.offer(node, rules, target + missingTarget, weight + missingWeight, rows + missingRows);
    if (both) best.take(j, bin, true);
  }
}

function searchCategories(
  histogram: Float64Array,
  j: number,
  { count }: ColumnBins,
  node: Totals,
  rules: SplitRules,
  best: Best,
): void {
  const start = columnStart(j);
  const value = (bin: number): number =>
    histogram[start + bin * perBin]! /
    (histogram[start + bin * perBin + rules.weightWord]! + categorySmoothing);
  // What is missing is a category like the others.
  const order = [...Array(count).keys(), missingBin]
    .filter((bin) => histogram[start + bin * perBin + 2]! > 0)
    .sort((a, b) => value(a) - value(b) || a - b);
  let target = 0;
  let weight = 0;
  let rows = 0;
  for (const [place, bin] of order.slice(0, -1).entries()) {
    const at = start + bin * perBin;
    target += histogram[at]!;
    weight += histogram[at + rules.weightWord]!;
    rows += histogram[at + 2]!;
    if (!best.offer(node, rules, target, weight, rows)) continue;
    best.take(j, -1, false, setOf(order.slice(0, place + 1), order, rows * 2 >= node.rows));
  }
}

/** The set of the bins that go left. Bins that no row of the node has go where most rows go. */
export function setOf(left: readonly number[], present: readonly number[], othersLeft: boolean): Int32Array {
  const set = new Int32Array(wordsPerSet).fill(othersLeft ? -1 : 0);
  for (const bin of present) set[bin >> 5]! &= ~(1 << (bin & 31));
  for (const bin of left) set[bin >> 5]! |= 1 << (bin & 31);
  return set;
}
