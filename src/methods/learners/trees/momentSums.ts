import { binsPerColumn, missingBin } from "./bins.js";
import { setOf } from "./findSplit.js";
import { type ColumnSplit, type CountedRows, type NodeSums, OccupiedBins } from "./nodeSums.js";

/** What is summed, by row and by bin: y times its weight, the weight, how often it was drawn; the fourth word is spare. */
const perBin = 4;
/** Nodes of so few rows are searched by sorting them; at most 256. */
const mostForSorting = 24;

/**
 * Sums of y and of weights: the best split is that with the largest Σ T² / W of the children, which lowers the sum of
 * squares most (Breiman et al. 1984, section 8.4). With y 0 and 1 that is Gini's index too.
 */
export class MomentSums implements NodeSums {
  readonly width = 1;
  score = 0;
  most = 0;
  weight = 0;
  #target = 0;
  #draws = 0;
  #from = 0;
  #to = 0;
  #order: Int32Array = new Int32Array(0);
  readonly #data: CountedRows;
  readonly #y: Float64Array;
  readonly #occupied = new OccupiedBins();
  /** Of the node's rows, in their order, {@link perBin} words each. */
  readonly #own: Float64Array;
  /** By bin; all 0 between searches. */
  readonly #sorted = new Int32Array(mostForSorting);
  readonly #sums = new Float64Array(binsPerColumn * perBin);

  /** @param y [rows]; best about 0, so that its squares cost no digits */
  constructor(data: CountedRows, y: Float64Array) {
    this.#data = data;
    this.#y = y;
    this.#own = new Float64Array(y.length * perBin);
  }

  enter(order: Int32Array, from: number, to: number): boolean {
    const { weights, draws } = this.#data;
    [this.#order, this.#from, this.#to] = [order, from, to];
    const first = this.#y[order[from]!]!;
    let same = true;
    let [target, weight, drawn, most] = [0, 0, 0, 0];
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const y = this.#y[row]!;
      const own = weights[row]!;
      if (y !== first) same = false;
      const at = (i - from) * perBin;
      this.#own[at] = own * y;
      this.#own[at + 1] = own;
      this.#own[at + 2] = draws[row]!;
      target += own * y;
      most += own * y * y;
      weight += own;
      drawn += draws[row]!;
    }
    [this.#target, this.weight, this.most, this.#draws] = [target, weight, most, drawn];
    this.score = (target * target) / weight;
    return same;
  }

  search(column: number, best: ColumnSplit): boolean {
    const categories = this.#data.binned.columns[column]!.categories !== undefined;
    if (!categories && this.#to - this.#from <= mostForSorting) return this.#searchFew(column, best);
    this.#fill(column);
    const count = this.#occupied.list();
    if (count > 1) {
      if (this.#data.binned.columns[column]!.categories !== undefined)
        this.#searchCategories(column, count, best);
      else this.#searchNumbers(column, count, best);
    }
    this.#clear(count);
    return count > 1;
  }

  values(into: Float64Array): void {
    into[0] = this.#target / this.weight;
  }

  /** A search of few rows, most nodes of a tree that grows to the end: they are put in order themselves. */
  #searchFew(column: number, best: ColumnSplit): boolean {
    const { bins, rows } = this.#data.binned;
    const [own, sorted, from, order] = [this.#own, this.#sorted, this.#from, this.#order];
    const size = this.#to - from;
    const base = column * rows;
    // Bin and place in one number, so that there is one array to sort.
    for (let i = 0; i < size; i++) {
      const key = (bins[base + order[from + i]!]! << 8) | i;
      let at = i;
      for (; at > 0 && sorted[at - 1]! > key; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = key;
    }
    const last = sorted[size - 1]! >> 8;
    if (sorted[0]! >> 8 === last) return false;
    if (last === missingBin) {
      this.#fill(column);
      const count = this.#occupied.list();
      this.#searchNumbers(column, count, best);
      this.#clear(count);
      return true;
    }
    let [target, weight, draws] = [0, 0, 0];
    for (let i = 0; i < size - 1; i++) {
      const key = sorted[i]!;
      const at = (key & 255) * perBin;
      target += own[at]!;
      weight += own[at + 1]!;
      draws += own[at + 2]!;
      const [bin, next] = [key >> 8, sorted[i + 1]! >> 8];
      if (bin !== next && this.#offer(target, weight, draws, best)) {
        take(best, column, bin, next, draws * 2 >= this.#draws);
      }
    }
    return true;
  }

  #clear(count: number): void {
    for (let at = 0; at < count; at++) {
      const from = this.#occupied.bins[at]! * perBin;
      this.#sums[from] = 0;
      this.#sums[from + 1] = 0;
      this.#sums[from + 2] = 0;
    }
  }

  #fill(column: number): void {
    const { bins, rows } = this.#data.binned;
    const { mask } = this.#occupied;
    const base = column * rows;
    const from = this.#from;
    const size = this.#to - from;
    const [order, sums, own] = [this.#order, this.#sums, this.#own];
    for (let i = 0, at = 0; i < size; i++, at += perBin) {
      const bin = bins[base + order[from + i]!]!;
      const to = bin * perBin;
      sums[to] = sums[to]! + own[at]!;
      sums[to + 1] = sums[to + 1]! + own[at + 1]!;
      sums[to + 2] = sums[to + 2]! + own[at + 2]!;
      mask[bin >> 5] = mask[bin >> 5]! | (1 << (bin & 31));
    }
  }

  #searchNumbers(column: number, count: number, best: ColumnSplit): void {
    const { bins } = this.#occupied;
    const missing = bins[count - 1] === missingBin;
    const last = missing ? count - 1 : count;
    let [target, weight, draws] = [0, 0, 0];
    for (let at = 0; at < last; at++) {
      const bin = bins[at]!;
      target += this.#sums[bin * perBin]!;
      weight += this.#sums[bin * perBin + 1]!;
      draws += this.#sums[bin * perBin + 2]!;
      // The last of them leaves nothing to part, but what is missing.
      if (at === last - 1 && !missing) return;
      const next = at === last - 1 ? -1 : bins[at + 1]!;
      if (this.#offer(target, weight, draws, best)) {
        take(best, column, bin, next, !missing && draws * 2 >= this.#draws);
      }
      if (!missing) continue;
      const withMissing = this.#offer(
        target + this.#sums[missingBin * perBin]!,
        weight + this.#sums[missingBin * perBin + 1]!,
        draws + this.#sums[missingBin * perBin + 2]!,
        best,
      );
      if (withMissing) take(best, column, bin, next, true);
    }
  }

  #searchCategories(column: number, count: number, best: ColumnSplit): void {
    const mean = (bin: number): number => this.#sums[bin * perBin]! / this.#sums[bin * perBin + 1]!;
    const order = Array.from(this.#occupied.bins.subarray(0, count)).sort(
      (a, b) => mean(a) - mean(b) || a - b,
    );
    let [target, weight, draws] = [0, 0, 0];
    for (const [at, bin] of order.slice(0, -1).entries()) {
      target += this.#sums[bin * perBin]!;
      weight += this.#sums[bin * perBin + 1]!;
      draws += this.#sums[bin * perBin + 2]!;
      if (!this.#offer(target, weight, draws, best)) continue;
      take(best, column, -1, -1, false);
      best.set = setOf(order.slice(0, at + 1), order, draws * 2 >= this.#draws);
    }
  }

  /** Whether these sums of a left child are better and allowed. */
  #offer(target: number, weight: number, draws: number, best: ColumnSplit): boolean {
    const { minLeafRows } = this.#data;
    if (draws < minLeafRows || this.#draws - draws < minLeafRows) return false;
    const rest = this.#target - target;
    const score = (target * target) / weight + (rest * rest) / (this.weight - weight);
    if (!(score > best.score)) return false;
    best.score = score;
    return true;
  }
}

/** Notes the place of a split of numbers. */
export function take(
  best: ColumnSplit,
  column: number,
  bin: number,
  next: number,
  missingLeft: boolean,
): void {
  best.column = column;
  best.bin = bin;
  best.next = next;
  best.missingLeft = missingLeft;
  best.set = undefined;
}
