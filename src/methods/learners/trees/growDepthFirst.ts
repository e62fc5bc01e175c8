import type { Generator } from "../../../engine/random/generator.js";
import { aboveAll, type Binned, between } from "./bins.js";
import { ColumnSplit, type NodeSums } from "./nodeSums.js";
import type { NodeBuilder, Split } from "./nodes.js";
import { partition } from "./partition.js";

export interface GrowthRules {
  /** Fewest rows, counted as often as they were drawn, of a node that is parted. */
  readonly minSplitRows: number;
  readonly maxDepth: number;
  /** How many columns, drawn for each node, are searched. */
  readonly columnsPerNode: number;
  /** Least gain of a split, as a part of what one at the root could gain at most. */
  readonly minImprovement: number;
  /** Whether it is one of many trees on drawn rows. */
  readonly bootstrap: boolean;
}

/** Called with the gain of a split, for importances. */
export type OnSplit = (column: number, gain: number) => void;

interface Open {
  readonly node: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

/** Grows trees depth first, until nothing is left to part (Breiman 2001). */
export class DepthFirstGrower {
  readonly #binned: Binned;
  readonly #sums: NodeSums;
  readonly #builder: NodeBuilder;
  readonly #rules: GrowthRules;
  readonly #spare: Int32Array;
  readonly #columns: Int32Array;
  readonly #values: Float64Array;
  readonly #best = new ColumnSplit();

  constructor(binned: Binned, sums: NodeSums, builder: NodeBuilder, rules: GrowthRules) {
    this.#binned = binned;
    this.#sums = sums;
    this.#builder = builder;
    this.#rules = rules;
    this.#spare = new Int32Array(binned.rows);
    this.#columns = new Int32Array(binned.columns.length);
    this.#values = new Float64Array(sums.width);
  }

  /**
   * Grows one tree.
   *
   * @param order the numbers of its rows; put in the order of the leaves
   * @param draws of each row, how often it counts
   */
  grow(order: Int32Array, draws: Int32Array, random: Generator, onSplit: OnSplit): void {
    // Each tree draws from all columns in the same order, whatever the tree before left.
    for (let j = 0; j < this.#columns.length; j++) this.#columns[j] = j;
    let least = Number.NEGATIVE_INFINITY;
    const open: Open[] = [{ node: this.#builder.root(), depth: 0, from: 0, to: order.length }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, depth, from, to } = next;
      const same = this.#sums.enter(order, from, to);
      const { minImprovement } = this.#rules;
      if (depth === 0 && minImprovement > 0) least = minImprovement * (this.#sums.most - this.#sums.score);
      const ends = same || depth >= this.#rules.maxDepth || this.#tooFew(order, draws, from, to);
      const found = ends ? undefined : this.#search(random);
      if (found === undefined || !(found.score - this.#sums.score >= least)) {
        this.#sums.values(this.#values);
        this.#builder.leaf(node, this.#values);
        continue;
      }
      onSplit(found.column, found.score - this.#sums.score);
      const middle = partition(this.#binned, found, order, from, to, this.#spare);
      const left = this.#builder.branch(node, this.#splitOf(found));
      open.push({ node: left + 1, depth: depth + 1, from: middle, to });
      open.push({ node: left, depth: depth + 1, from, to: middle });
    }
  }

  #tooFew(order: Int32Array, draws: Int32Array, from: number, to: number): boolean {
    let count = 0;
    for (let i = from; i < to && count < this.#rules.minSplitRows; i++) count += draws[order[i]!]!;
    return count < this.#rules.minSplitRows;
  }

  /** Draws columns without putting them back, and goes on while those drawn are constant. */
  #search(random: Generator): ColumnSplit | undefined {
    const best = this.#best;
    best.score = Number.NEGATIVE_INFINITY;
    const columns = this.#columns;
    const { columnsPerNode } = this.#rules;
    const all = columnsPerNode >= columns.length;
    // Of columns that part equally well the first is taken: a forest's nodes begin at different ones.
    const start = all && this.#rules.bootstrap ? random.integer(columns.length) : 0;
    const enough = this.#sums.most - 1e-12 * Math.abs(this.#sums.most);
    let varies = false;
    for (let drawn = 0; drawn < columns.length && (drawn < columnsPerNode || !varies); drawn++) {
      if (!all) {
        const at = drawn + random.integer(columns.length - drawn);
        const column = columns[at]!;
        columns[at] = columns[drawn]!;
        columns[drawn] = column;
      }
      const place = drawn + start < columns.length ? drawn + start : drawn + start - columns.length;
      if (this.#sums.search(columns[place]!, best)) varies = true;
      // Nothing parts better than into children of one y each.
      if (best.score >= enough) break;
    }
    return best.score === Number.NEGATIVE_INFINITY ? undefined : best;
  }

  /** In the middle of the gap between the bins that are occupied, as if the numbers themselves were parted. */
  #splitOf({ column, bin, next, set, missingLeft }: ColumnSplit): Split {
    const { edges } = this.#binned.columns[column]!;
    const threshold =
      next < 0 ? aboveAll : next === bin + 1 ? edges[bin]! : between(edges[bin]!, edges[next - 1]!);
    return { column, threshold: set === undefined ? threshold : 0, set, missingLeft };
  }
}
