import { missingBin } from "./bins.js";
import { setOf } from "./findSplit.js";
import { type ColumnSplit, type CountedRows, type NodeSums, OccupiedBins } from "./nodeSums.js";

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
  /** Of the node's rows, in their order. */
  readonly #targets: Float64Array;
  readonly #weights: Float64Array;
  readonly #counts: Int32Array;
  /** By bin; all 0 between searches. */
  readonly #binTarget = new Float64Array(256);
  readonly #binWeight = new Float64Array(256);
  readonly #binDraws = new Int32Array(256);

  /** @param y [rows]; best about 0, so that its squares cost no digits */
  constructor(data: CountedRows, y: Float64Array) {
    this.#data = data;
    this.#y = y;
    this.#targets = new Float64Array(y.length);
    this.#weights = new Float64Array(y.length);
    this.#counts = new Int32Array(y.length);
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
      this.#targets[i - from] = own * y;
      this.#weights[i - from] = own;
      this.#counts[i - from] = draws[row]!;
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
    this.#fill(column);
    const count = this.#occupied.list();
    if (count > 1) {
      if (this.#data.binned.columns[column]!.categories !== undefined)
        this.#searchCategories(column, count, best);
      else this.#searchNumbers(column, count, best);
    }
    for (let at = 0; at < count; at++) {
      const bin = this.#occupied.bins[at]!;
      this.#binTarget[bin] = 0;
      this.#binWeight[bin] = 0;
      this.#binDraws[bin] = 0;
    }
    return count > 1;
  }

  values(into: Float64Array): void {
    into[0] = this.#target / this.weight;
  }

  #fill(column: number): void {
    const { bins, rows } = this.#data.binned;
    const { mask } = this.#occupied;
    const base = column * rows;
    const size = this.#to - this.#from;
    for (let i = 0; i < size; i++) {
      const bin = bins[base + this.#order[this.#from + i]!]!;
      this.#binTarget[bin]! += this.#targets[i]!;
      this.#binWeight[bin]! += this.#weights[i]!;
      this.#binDraws[bin]! += this.#counts[i]!;
      mask[bin >> 5]! |= 1 << (bin & 31);
    }
  }

  #searchNumbers(column: number, count: number, best: ColumnSplit): void {
    const { bins } = this.#occupied;
    const missing = bins[count - 1] === missingBin;
    const last = missing ? count - 1 : count;
    let [target, weight, draws] = [0, 0, 0];
    for (let at = 0; at < last; at++) {
      const bin = bins[at]!;
      target += this.#binTarget[bin]!;
      weight += this.#binWeight[bin]!;
      draws += this.#binDraws[bin]!;
      // The last of them leaves nothing to part, but what is missing.
      if (at === last - 1 && !missing) return;
      const next = at === last - 1 ? -1 : bins[at + 1]!;
      if (this.#offer(target, weight, draws, best)) {
        take(best, column, bin, next, !missing && draws * 2 >= this.#draws);
      }
      if (!missing) continue;
      const withMissing = this.#offer(
        target + this.#binTarget[missingBin]!,
        weight + this.#binWeight[missingBin]!,
        draws + this.#binDraws[missingBin]!,
        best,
      );
      if (withMissing) take(best, column, bin, next, true);
    }
  }

  #searchCategories(column: number, count: number, best: ColumnSplit): void {
    const mean = (bin: number): number => this.#binTarget[bin]! / this.#binWeight[bin]!;
    const order = Array.from(this.#occupied.bins.subarray(0, count)).sort(
      (a, b) => mean(a) - mean(b) || a - b,
    );
    let [target, weight, draws] = [0, 0, 0];
    for (const [at, bin] of order.slice(0, -1).entries()) {
      target += this.#binTarget[bin]!;
      weight += this.#binWeight[bin]!;
      draws += this.#binDraws[bin]!;
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
