import type { Binned } from "./bins.js";
import { type FoundSplit, findSplit, type SplitRules, type Totals } from "./findSplit.js";
import { emptyHistogram, fillHistogram, type NodeRows, subtractHistogram } from "./histogram.js";
import type { NodeBuilder } from "./nodes.js";
import { partition } from "./partition.js";

export interface LeafWiseRules extends SplitRules {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  /** Factor of the leaves' values. */
  readonly rate: number;
}

/** What a tree is to explain, by row. */
export interface Targets {
  /** Times its weight: minus the loss's first derivatives. */
  readonly targets: Float64Array;
  /** The second derivatives; `undefined` where all are 1. */
  readonly weights: Float64Array | undefined;
}

/** A leaf that may still be parted. */
interface Leaf {
  readonly node: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  readonly totals: Totals;
  readonly histogram: Float64Array | undefined;
  readonly split: FoundSplit | undefined;
}

/** Grows trees leaf by leaf: next is parted where most is gained (Shi 2007; LightGBM, Ke et al. 2017). */
export class LeafWiseGrower {
  readonly #binned: Binned;
  readonly #builder: NodeBuilder;
  readonly #rules: LeafWiseRules;
  readonly #spare: Int32Array;
  readonly #gathered: { readonly targets: Float64Array; readonly weights: Float64Array };
  /** Histograms that no leaf needs any more. */
  readonly #free: Float64Array[] = [];

  constructor(binned: Binned, builder: NodeBuilder, rules: LeafWiseRules) {
    this.#binned = binned;
    this.#builder = builder;
    this.#rules = rules;
    this.#spare = new Int32Array(binned.rows);
    this.#gathered = { targets: new Float64Array(binned.rows), weights: new Float64Array(binned.rows) };
  }

  /**
   * Grows one tree.
   *
   * @param order the numbers of its rows; put in the order of the leaves
   * @param columns those it may part
   * @param value what to do with each leaf: its rows are `order` from `from` to `to`
   */
  grow(
    data: Targets,
    order: Int32Array,
    columns: Int32Array,
    each: (value: number, from: number, to: number) => void,
  ): void {
    const node = this.#builder.root();
    const root = { node, depth: 0, from: 0, to: order.length };
    const leaves = [this.#measured(data, order, columns, root)];
    for (;;) {
      const at = mostGain(leaves);
      if (at < 0 || leaves.length >= this.#rules.maxLeaves) break;
      const left = this.#parted(data, order, columns, leaves[at]!, leaves.length + 1 < this.#rules.maxLeaves);
      leaves.splice(at, 1, ...left);
    }
    for (const { node: leaf, from, to, totals, histogram } of leaves) {
      if (histogram !== undefined) this.#free.push(histogram);
      const value = (this.#rules.rate * totals.target) / (totals.weight + this.#rules.l2);
      const usable = Number.isFinite(value) ? value : 0;
      this.#builder.leaf(leaf, [usable]);
      each(usable, from, to);
    }
  }

  /** A leaf with its histogram, sums and best split. */
  #measured(
    data: Targets,
    order: Int32Array,
    columns: Int32Array,
    at: Pick<Leaf, "node" | "depth" | "from" | "to">,
  ): Leaf {
    const rows = this.#gather(data, order, at.from, at.to);
    const histogram = this.#histogram();
    fillHistogram(histogram, this.#binned, columns, rows);
    const count = at.to - at.from;
    const target = sum(rows.targets, count);
    const weight = rows.weights === undefined ? count : sum(rows.weights, count);
    return this.#searched(columns, { ...at, totals: { target, weight, rows: count }, histogram });
  }

  #searched(columns: Int32Array, leaf: Omit<Leaf, "split">): Leaf {
    const split =
      leaf.histogram === undefined
        ? undefined
        : findSplit(leaf.histogram, this.#binned, columns, leaf.totals, this.#rules);
    return { ...leaf, split };
  }

  /**
   * The two children of a leaf. The histogram of the smaller is filled, and that of the larger is what is left.
   *
   * @param further whether one of them may be parted in its turn
   */
  #parted(data: Targets, order: Int32Array, columns: Int32Array, leaf: Leaf, further: boolean): [Leaf, Leaf] {
    const { node, from, to, totals } = leaf;
    const split = leaf.split!;
    const parent = leaf.histogram!;
    const middle = partition(this.#binned, split, order, from, to, this.#spare);
    const first = this.#builder.branch(node, split);
    const depth = leaf.depth + 1;
    const left = { node: first, depth, from, to: middle, totals: split.left };
    const right = { node: first + 1, depth, from: middle, to, totals: without(totals, split.left) };
    const ends = (rows: number): boolean =>
      rows < 2 * this.#rules.minLeafRows || depth >= this.#rules.maxDepth;
    if (!further || (ends(middle - from) && ends(to - middle))) {
      this.#free.push(parent);
      return [
        { ...left, histogram: undefined, split: undefined },
        { ...right, histogram: undefined, split: undefined },
      ];
    }
    const [small, large] = middle - from <= to - middle ? [left, right] : [right, left];
    const histogram = this.#histogram();
    fillHistogram(histogram, this.#binned, columns, this.#gather(data, order, small.from, small.to));
    subtractHistogram(parent, histogram, this.#binned, columns);
    const rest = (of: typeof left): Leaf => {
      const own = of === small ? histogram : parent;
      if (!ends(of.to - of.from)) return this.#searched(columns, { ...of, histogram: own });
      this.#free.push(own);
      return { ...of, histogram: undefined, split: undefined };
    };
    const children = [rest(small), rest(large)] as const;
    return small === left ? [children[0], children[1]] : [children[1], children[0]];
  }

  #gather(data: Targets, order: Int32Array, from: number, to: number): NodeRows {
    const { targets, weights } = this.#gathered;
    for (let i = from; i < to; i++) targets[i - from] = data.targets[order[i]!]!;
    if (data.weights === undefined) return { order, from, to, targets, weights: undefined };
    for (let i = from; i < to; i++) weights[i - from] = data.weights[order[i]!]!;
    return { order, from, to, targets, weights };
  }

  #histogram(): Float64Array {
    return this.#free.pop() ?? emptyHistogram(this.#binned.columns.length);
  }
}

function sum(values: Float64Array, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += values[i]!;
  return total;
}

function without(whole: Totals, part: Totals): Totals {
  return {
    target: whole.target - part.target,
    weight: whole.weight - part.weight,
    rows: whole.rows - part.rows,
  };
}

/** Which leaf gains most by being parted, or −1. Of equal ones the first. */
function mostGain(leaves: readonly Leaf[]): number {
  let best = -1;
  let most = 0;
  for (const [at, { split }] of leaves.entries()) {
    if (split === undefined || split.gain <= most) continue;
    most = split.gain;
    best = at;
  }
  return best;
}
