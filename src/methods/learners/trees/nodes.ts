/**
 * The nodes of trees in one array, four 32-bit words each, so that a step down reads one line of the cache:
 *
 * | word | of a branch | of a leaf |
 * |---|---|---|
 * | 0 | column · 2, plus 1 where what is missing goes left | −1 |
 * | 1 | its left child; the right one is the next | its place in `values`, counted in leaves |
 * | 2 | the threshold, a float32: at or below it goes left | |
 * | 3 | −1, or where its set of 256 bits begins in `sets`: for categories in place of the threshold | |
 */
export const wordsPerNode = 4;
/** Words of a set of bins: bit b says whether bin b goes left. */
export const wordsPerSet = 8;

/** Where a node sends its rows. */
export interface Split {
  readonly column: number;
  readonly threshold: number;
  /** Of categories, the bins that go left. */
  readonly set: Int32Array | undefined;
  readonly missingLeft: boolean;
}

/** Trees as they grew. */
export type Grown = Pick<Trees, "roots" | "nodes" | "sets" | "values">;

/** Trees that grow, one after the other. */
export class NodeBuilder {
  #nodes = new Int32Array(1024 * wordsPerNode);
  #thresholds = new Float32Array(this.#nodes.buffer);
  #sets = new Int32Array(0);
  #values = new Float64Array(1024);
  #count = 0;
  #setWords = 0;
  #valueCount = 0;
  readonly #roots: number[] = [];

  /** Begins a tree, and gives its first node. */
  root(): number {
    this.#roots.push(this.#count);
    return this.#take(1);
  }

  /** Makes a node a branch, and gives its left child; the right one is the next. */
  branch(node: number, { column, threshold, set, missingLeft }: Split): number {
    const left = this.#take(2);
    const at = node * wordsPerNode;
    this.#nodes[at] = column * 2 + (missingLeft ? 1 : 0);
    this.#nodes[at + 1] = left;
    this.#thresholds[at + 2] = threshold;
    this.#nodes[at + 3] = set === undefined ? -1 : this.#setWords;
    if (set !== undefined) {
      this.#sets = grown(this.#sets, this.#setWords + wordsPerSet, (size) => new Int32Array(size));
      this.#sets.set(set, this.#setWords);
      this.#setWords += wordsPerSet;
    }
    return left;
  }

  /** Makes a node a leaf; its values follow those of the leaf before. */
  leaf(node: number, values: ArrayLike<number>): void {
    const at = node * wordsPerNode;
    this.#nodes[at] = -1;
    this.#nodes[at + 1] = this.#valueCount / values.length;
    this.#values = grown(this.#values, this.#valueCount + values.length, (size) => new Float64Array(size));
    for (let k = 0; k < values.length; k++) this.#values[this.#valueCount++] = values[k]!;
  }

  /** Takes back the trees from the `count`-th on. Their leaves' values are left over. */
  keep(count: number): void {
    this.#roots.length = Math.min(count, this.#roots.length);
  }

  /** Adds trees that grew elsewhere, behind those that are here; their leaves have `width` values. */
  append({ roots, nodes, sets, values }: Grown, width: number): void {
    const count = nodes.length / wordsPerNode;
    const [leaf, set] = [this.#valueCount / width, this.#setWords];
    const first = this.#take(count);
    this.#nodes.set(nodes, first * wordsPerNode);
    for (let at = first * wordsPerNode; at < this.#count * wordsPerNode; at += wordsPerNode) {
      const isLeaf = this.#nodes[at]! < 0;
      this.#nodes[at + 1]! += isLeaf ? leaf : first;
      if (!isLeaf && this.#nodes[at + 3]! >= 0) this.#nodes[at + 3]! += set;
    }
    this.#roots.push(...Array.from(roots, (root) => root + first));
    this.#setWords += sets.length;
    this.#sets = grown(this.#sets, this.#setWords, (size) => new Int32Array(size));
    this.#sets.set(sets, set);
    const from = this.#valueCount;
    this.#valueCount += values.length;
    this.#values = grown(this.#values, this.#valueCount, (size) => new Float64Array(size));
    this.#values.set(values, from);
  }

  /** The last tree, in the arrays that grow on: to be read at once. */
  last(): Grown {
    const { nodes, sets, values } = { nodes: this.#nodes, sets: this.#sets, values: this.#values };
    return { roots: Int32Array.from(this.#roots.slice(-1)), nodes, sets, values };
  }

  /** All that has grown. */
  built(): Grown {
    return {
      roots: Int32Array.from(this.#roots),
      nodes: this.#nodes.slice(0, this.#count * wordsPerNode),
      sets: this.#sets.slice(0, this.#setWords),
      values: this.#values.slice(0, this.#valueCount),
    };
  }

  #take(count: number): number {
    const first = this.#count;
    this.#count += count;
    const nodes = grown(this.#nodes, this.#count * wordsPerNode, (size) => new Int32Array(size));
    if (nodes !== this.#nodes) {
      this.#nodes = nodes;
      this.#thresholds = new Float32Array(nodes.buffer);
    }
    return first;
  }
}

/** The same array, or a larger one that begins with it, where `size` elements are needed. */
function grown<T extends Int32Array | Float64Array>(array: T, size: number, make: (size: number) => T): T {
  if (size <= array.length) return array;
  const larger = make(Math.max(size, array.length * 2));
  larger.set(array);
  return larger;
}

/** Trees that have grown. */
export interface Trees {
  /** The first node of each tree. */
  readonly roots: Int32Array;
  readonly nodes: Int32Array;
  readonly sets: Int32Array;
  /** [leaves, width] */
  readonly values: Float64Array;
  /** Numbers in each leaf. */
  readonly width: number;
  /** For each column of categories its values, rising; `undefined` for columns of numbers. */
  readonly categories: readonly (Float32Array | undefined)[];
}
