import type { Matrix } from "../matrix.js";
import { categoryBin } from "./bins.js";
import { type Trees, wordsPerNode } from "./nodes.js";

/** Rows as trees see them: float32, categories as their bins, row-major. */
export function asSeen(x: Matrix, categories: Trees["categories"]): Float32Array {
  const seen = Float32Array.from(x.data);
  for (const [j, own] of categories.entries()) {
    if (own === undefined) continue;
    for (let at = j; at < seen.length; at += x.columns) seen[at] = categoryBin(own, seen[at]!);
  }
  return seen;
}

/**
 * The sums over trees of the values of the leaves that rows come to.
 *
 * @param seen as {@link asSeen} gives it, [rows, columns]
 * @param sums [rows, outputs]; added to
 * @param outputs leaves of several values give them to all outputs; of one value, tree t gives it to output t modulo
 *   `outputs`
 */
export function addLeaves(trees: Trees, seen: Float32Array, sums: Float64Array, outputs: number): void {
  const { roots, values, width, categories } = trees;
  const columns = categories.length;
  const rows = sums.length / outputs;
  const thresholds = new Float32Array(trees.nodes.buffer, trees.nodes.byteOffset, trees.nodes.length);
  // Rows by the block, so that they stay in the cache while tree after tree is gone through.
  for (let from = 0; from < rows; from += 4096) {
    const to = Math.min(rows, from + 4096);
    for (let tree = 0; tree < roots.length; tree++) {
      const output = width === 1 ? tree % outputs : 0;
      for (let row = from; row < to; row++) {
        const leaf = leafOf(trees, thresholds, roots[tree]!, seen, row * columns);
        const at = row * outputs + output;
        for (let k = 0; k < width; k++) sums[at + k]! += values[leaf * width + k]!;
      }
    }
  }
}

/** The number of the leaf that a row comes to. */
function leafOf(
  { nodes, sets }: Trees,
  thresholds: Float32Array,
  root: number,
  seen: Float32Array,
  row: number,
): number {
  let at = root * wordsPerNode;
  for (;;) {
    const word = nodes[at]!;
    if (word < 0) return nodes[at + 1]!;
    const value = seen[row + (word >> 1)]!;
    const set = nodes[at + 3]!;
    let left: boolean;
    if (set >= 0) left = ((sets[set + (value >> 5)]! >> (value & 31)) & 1) === 1;
    else if (value <= thresholds[at + 2]!) left = true;
    else left = (word & 1) === 1 && Number.isNaN(value);
    at = (nodes[at + 1]! + (left ? 0 : 1)) * wordsPerNode;
  }
}
