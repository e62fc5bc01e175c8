import type { RankedColumn } from "./rankedColumn.js";

/** Most bins of numbers. */
const mostBins = 64;
/** Rows to learn from in each bin, on average at least. */
const rowsPerBin = 10;
/** Rows of a class, and of the others, without which an area under a curve is chance. */
const fewestRows = 10;
/** Counts of classes in bins that are held at most. */
const mostCounts = 2_000_000;

/** Rows in bins. */
export interface Bins {
  /** `[rows]` */
  readonly of: Int32Array;
  readonly count: number;
}

/** Numbers in bins of about equally many rows; those that are missing have a bin of their own. */
export function numberBins({ ranks, present }: RankedColumn): Bins {
  const count = Math.max(2, Math.min(mostBins, Math.floor(present / 2 / rowsPerBin)));
  const of = new Int32Array(ranks.length);
  for (let i = 0; i < of.length; i++) {
    const rank = ranks[i]!;
    of[i] = Number.isNaN(rank) ? count : Math.min(count - 1, Math.floor((rank * count) / present));
  }
  return { of, count: count + 1 };
}

/** Each level in a bin of its own, and what is missing in another. */
export function levelBins(values: Float64Array, levels: number): Bins {
  return {
    of: Int32Array.from(values, (value) => (Number.isNaN(value) ? levels : value)),
    count: levels + 1,
  };
}

/**
 * The share of the target's variance on held-out rows that the mean of each bin over the other rows explains (R²); below 0 where it
 * is worse than the mean of the held-out rows.
 *
 * @param held `[rows]`: 1 for those held out
 */
export function heldOutR2({ of, count }: Bins, y: Float64Array, held: Uint8Array): number {
  const sums = new Float64Array(count);
  const rows = new Int32Array(count);
  let [sum, learnt, heldSum] = [0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    if (held[i] === 1) heldSum += y[i]!;
    else {
      sums[of[i]!]! += y[i]!;
      rows[of[i]!]!++;
      sum += y[i]!;
      learnt++;
    }
  }
  const heldMean = heldSum / (y.length - learnt);
  const means = sums.map((one, bin) => (rows[bin] === 0 ? sum / learnt : one / rows[bin]!));
  let [errors, squares] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    if (held[i] !== 1) continue;
    errors += (y[i]! - means[of[i]!]!) ** 2;
    squares += (y[i]! - heldMean) ** 2;
  }
  return squares === 0 ? 0 : 1 - errors / squares;
}

/**
 * The least area under the ROC curve, over the classes, of each class against the others on held-out rows, where the share of the
 * class in a bin over the other rows is the score. A column gives classes away only if it gives away all of them.
 *
 * @returns 0.5 where every class has, or leaves, fewer than ten held-out rows
 */
export function heldOutAuc({ of, count }: Bins, y: Float64Array, classes: number, held: Uint8Array): number {
  if (count * classes > mostCounts) return 0.5;
  const learnt = new Int32Array(count * classes);
  const tested = new Int32Array(count * classes);
  for (let i = 0; i < y.length; i++) (held[i] === 1 ? tested : learnt)[of[i]! * classes + y[i]!]!++;
  const learntRows = rowsOf(learnt, count, classes);
  const testedRows = rowsOf(tested, count, classes);
  const all = testedRows.reduce((sum, rows) => sum + rows, 0);
  let least: number | undefined;
  for (let k = 0; k < classes; k++) {
    const scores = Float64Array.from(
      { length: count },
      (_, bin) => learnt[bin * classes + k]! / Math.max(1, learntRows[bin]!),
    );
    const ones = Float64Array.from({ length: count }, (_, bin) => tested[bin * classes + k]!);
    const positives = ones.reduce((sum, rows) => sum + rows, 0);
    if (positives < fewestRows || all - positives < fewestRows) continue;
    const zeros = ones.map((rows, bin) => testedRows[bin]! - rows);
    const auc = aucOfBins(scores, ones, zeros) / (positives * (all - positives));
    least = Math.min(least ?? 1, auc);
  }
  return least ?? 0.5;
}

function rowsOf(counts: Int32Array, bins: number, classes: number): Int32Array {
  return Int32Array.from({ length: bins }, (_, bin) => {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += counts[bin * classes + k]!;
    return sum;
  });
}

/** Pairs of a row of the class and another in which the first has the higher score; equal scores count half. */
function aucOfBins(scores: Float64Array, ones: Float64Array, zeros: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [pairs, below] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let [tiedOnes, tiedZeros, to] = [0, 0, from];
    for (; to < order.length && scores[order[to]!] === scores[order[from]!]; to++) {
      tiedOnes += ones[order[to]!]!;
      tiedZeros += zeros[order[to]!]!;
    }
    pairs += tiedOnes * (below + tiedZeros / 2);
    below += tiedZeros;
    from = to;
  }
  return pairs;
}
