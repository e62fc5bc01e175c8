import { type Binned, binsPerColumn } from "./bins.js";

/** A split of one column, as its search leaves it. */
export class ColumnSplit {
  /** What of the children's sums is to be as large as possible; −∞ where no split is allowed. */
  score = Number.NEGATIVE_INFINITY;
  column = -1;
  /** The last bin of the left child, and the first of the right one. */
  bin = -1;
  next = -1;
  missingLeft = false;
  /** Of categories, the bins that go left. */
  set: Int32Array | undefined;
}

/** What a tree's nodes are made of: sums over their rows, and the search for the split that parts them best. */
export interface NodeSums {
  /** Numbers in a leaf. */
  readonly width: number;
  /**
   * Reads the rows of a node.
   *
   * @returns whether they all have the same y
   */
  enter(order: Int32Array, from: number, to: number): boolean;
  /** What has to be beaten: the same sum for the node whole. */
  readonly score: number;
  /** What it would come to if every row could be alone. */
  readonly most: number;
  /** Sum of the weights of the node's rows. */
  readonly weight: number;
  /**
   * Searches one column for a split of the node, and keeps it in `best` where it is better.
   *
   * @returns whether the node's rows lie in more than one bin
   */
  search(column: number, best: ColumnSplit): boolean;
  /** Writes the values of a leaf with the node's rows, [width]. */
  values(into: Float64Array): void;
}

/** Which bins a node's rows lie in, and in which order they are gone through. */
export class OccupiedBins {
  /** Bit b of the 256: whether bin b is occupied. */
  readonly mask = new Int32Array(binsPerColumn / 32);
  /** The occupied bins, rising; so many of them as {@link list} says. */
  readonly bins = new Int32Array(binsPerColumn);

  /**
   * Lists the bins of the mask and empties it: as long as there are rows in a small node, not as there are bins.
   *
   * @returns how many there are
   */
  list(): number {
    const { mask, bins } = this;
    let count = 0;
    for (let word = 0; word < mask.length; word++) {
      let bits = mask[word]!;
      while (bits !== 0) {
        const lowest = bits & -bits;
        bins[count++] = (word << 5) + 31 - Math.clz32(lowest);
        bits ^= lowest;
      }
      mask[word] = 0;
    }
    return count;
  }
}

/** Rows as a forest counts them: in bins, each with its weight and how often it was drawn. */
export interface CountedRows {
  readonly binned: Binned;
  /** [rows], by the number of the row: how often it was drawn, times its weight. */
  readonly weights: Float64Array;
  /** [rows], how often it was drawn. */
  readonly draws: Int32Array;
  readonly minLeafRows: number;
}
