import { missingBin } from "./bins.js";
import { setOf } from "./findSplit.js";
import { take } from "./momentSums.js";
import { type ColumnSplit, type CountedRows, type NodeSums, OccupiedBins } from "./nodeSums.js";

/**
 * Weights by class: the best split is that with the largest Σ Σ_k W_k² / W of the children, which lowers Gini's index
 * most (Breiman et al. 1984, section 4.3.1).
 */
export class ClassSums implements NodeSums {
  readonly width: number;
  score = 0;
  most = 0;
  weight = 0;
  #draws = 0;
  #from = 0;
  #to = 0;
  #order: Int32Array = new Int32Array(0);
  readonly #data: CountedRows;
  readonly #y: Int32Array;
  readonly #occupied = new OccupiedBins();
  /** Of the node, by class. */
  readonly #totals: Float64Array;
  readonly #left: Float64Array;
  /** [bins, classes]; all 0 between searches, as are the draws by bin. */
  readonly #bins: Float64Array;
  readonly #binDraws = new Int32Array(256);

  constructor(data: CountedRows, y: Int32Array, classes: number) {
    this.#data = data;
    this.#y = y;
    this.width = classes;
    this.#totals = new Float64Array(classes);
    this.#left = new Float64Array(classes);
    this.#bins = new Float64Array(256 * classes);
  }

  enter(order: Int32Array, from: number, to: number): boolean {
    const { weights, draws } = this.#data;
    [this.#order, this.#from, this.#to] = [order, from, to];
    this.#totals.fill(0);
    let drawn = 0;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      this.#totals[this.#y[row]!]! += weights[row]!;
      drawn += draws[row]!;
    }
    let [weight, squares, present] = [0, 0, 0];
    for (let k = 0; k < this.width; k++) {
      const own = this.#totals[k]!;
      weight += own;
      squares += own * own;
      if (own > 0) present++;
    }
    [this.weight, this.most, this.score, this.#draws] = [weight, weight, squares / weight, drawn];
    return present <= 1;
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
      this.#binDraws[bin] = 0;
      for (let k = bin * this.width; k < (bin + 1) * this.width; k++) this.#bins[k] = 0;
    }
    return count > 1;
  }

  values(into: Float64Array): void {
    for (let k = 0; k < this.width; k++) into[k] = this.#totals[k]! / this.weight;
  }

  #fill(column: number): void {
    const { binned, weights, draws } = this.#data;
    const { bins, rows } = binned;
    const { mask } = this.#occupied;
    const base = column * rows;
    const [order, y, sums, binDraws, width] = [this.#order, this.#y, this.#bins, this.#binDraws, this.width];
    for (let i = this.#from; i < this.#to; i++) {
      const row = order[i]!;
      const bin = bins[base + row]!;
      const at = bin * width + y[row]!;
      sums[at] = sums[at]! + weights[row]!;
      binDraws[bin] = binDraws[bin]! + draws[row]!;
      mask[bin >> 5] = mask[bin >> 5]! | (1 << (bin & 31));
    }
  }

  #searchNumbers(column: number, count: number, best: ColumnSplit): void {
    const { bins } = this.#occupied;
    const missing = bins[count - 1] === missingBin;
    const last = missing ? count - 1 : count;
    this.#left.fill(0);
    let draws = 0;
    for (let at = 0; at < last; at++) {
      const bin = bins[at]!;
      this.#add(bin, 1);
      draws += this.#binDraws[bin]!;
      // The last of them leaves nothing to part, but what is missing.
      if (at === last - 1 && !missing) return;
      const next = at === last - 1 ? -1 : bins[at + 1]!;
      if (this.#offer(draws, best)) take(best, column, bin, next, !missing && draws * 2 >= this.#draws);
      if (!missing) continue;
      this.#add(missingBin, 1);
      if (this.#offer(draws + this.#binDraws[missingBin]!, best)) take(best, column, bin, next, true);
      this.#add(missingBin, -1);
    }
  }

  /** In the order of the share of the node's largest class: with several there is no order that misses no best split. */
  #searchCategories(column: number, count: number, best: ColumnSplit): void {
    const main = this.#totals.indexOf(Math.max(...this.#totals));
    const share = (bin: number): number => {
      const own = this.#bins.subarray(bin * this.width, (bin + 1) * this.width);
      return own[main]! / own.reduce((sum, one) => sum + one, 0);
    };
    const order = Array.from(this.#occupied.bins.subarray(0, count)).sort(
      (a, b) => share(a) - share(b) || a - b,
    );
    this.#left.fill(0);
    let draws = 0;
    for (const [at, bin] of order.slice(0, -1).entries()) {
      this.#add(bin, 1);
      draws += this.#binDraws[bin]!;
      if (!this.#offer(draws, best)) continue;
      take(best, column, -1, -1, false);
      best.set = setOf(order.slice(0, at + 1), order, draws * 2 >= this.#draws);
    }
  }

  #add(bin: number, sign: number): void {
    const from = bin * this.width;
    for (let k = 0; k < this.width; k++) this.#left[k]! += sign * this.#bins[from + k]!;
  }

  #offer(draws: number, best: ColumnSplit): boolean {
    const { minLeafRows } = this.#data;
    if (draws < minLeafRows || this.#draws - draws < minLeafRows) return false;
    let [weight, squares, restSquares] = [0, 0, 0];
    for (let k = 0; k < this.width; k++) {
      const own = this.#left[k]!;
      const rest = this.#totals[k]! - own;
      weight += own;
      squares += own * own;
      restSquares += rest * rest;
    }
    const score = squares / weight + restSquares / (this.weight - weight);
    if (!(score > best.score)) return false;
    best.score = score;
    return true;
  }
}
