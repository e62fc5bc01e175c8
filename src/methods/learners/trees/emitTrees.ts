import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { and } from "../../../engine/ops/and.js";
import { bitShift } from "../../../engine/ops/bitShift.js";
import { bitwiseAnd } from "../../../engine/ops/bitwiseAnd.js";
import { cast } from "../../../engine/ops/cast.js";
import { div } from "../../../engine/ops/div.js";
import { equal } from "../../../engine/ops/equal.js";
import { gather } from "../../../engine/ops/gather.js";
import { gatherElements } from "../../../engine/ops/gatherElements.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { isNan } from "../../../engine/ops/isNan.js";
import { lessOrEqual } from "../../../engine/ops/lessOrEqual.js";
import { max } from "../../../engine/ops/max.js";
import { mod } from "../../../engine/ops/mod.js";
import { mul } from "../../../engine/ops/mul.js";
import { not } from "../../../engine/ops/not.js";
import { or } from "../../../engine/ops/or.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { where } from "../../../engine/ops/where.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { constantOf } from "../constantOf.js";
import { emitLinked } from "../links.js";
import { emitSeen } from "./emitSeen.js";
import { type Trees, wordsPerNode } from "./nodes.js";
import type { TreeSum } from "./treesFitted.js";

/** What a step down looks up, by node. A leaf leads to itself whatever comes. */
interface Tables {
  readonly column: Tensor;
  readonly threshold: Tensor;
  /** What stands for a missing number: −∞ to go left, ∞ to go right. */
  readonly missing: Tensor;
  readonly left: Tensor;
  readonly leaf: Tensor;
  /** Where the node's set begins, or −1; absent where no column has categories. */
  readonly set: Tensor | undefined;
  /** uint32 */
  readonly words: Tensor;
}

/**
 * All trees at once, step by step down to the deepest leaf: [rows, trees] numbers of nodes, for which tables are looked
 * up. Comparisons are in float32, as they were when the trees grew, so that every row comes to the leaf that `predict`
 * finds; only sums are rounded.
 */
export function emitTrees({ trees, link, baseline, scale }: TreeSum, x: Value): Value {
  const { roots, values, width } = trees;
  const tables = tablesOf(trees);
  const seen = emitSeen(x, trees.categories);
  let at = firstStep(trees, tables, seen);
  for (let step = 1; step < depthOf(trees); step++) {
    const value = gatherElements(seen, gather(tables.column, at), { axis: 1 });
    const known = where(isNan(value), gather(tables.missing, at), value);
    const low = lessOrEqual(known, gather(tables.threshold, at));
    const left = tables.set === undefined ? low : among(value, gather(tables.set, at), tables.words, low);
    at = add(gather(tables.left, at), cast(not(left), "int32"));
  }
  const leaves = gather(tables.leaf, at);
  const outputs = baseline.length;
  const table = constantOf(x, width === 1 ? [values.length] : [values.length / width, width], values);
  const found = gather(table, leaves);
  // Of leaves with one value each, trees take turns with the outputs.
  const byOutput = width === 1 ? reshape(found, [-1, roots.length / outputs, outputs]) : found;
  const sums = reduceSum(byOutput, { axes: [1] });
  return emitLinked(link, add(mul(sums, scale), constantOf(x, [outputs], baseline)));
}

/** From the roots, which are the same for every row. */
function firstStep({ roots }: Trees, tables: Tables, seen: Value): Value {
  const of = (table: Tensor): number[] => Array.from(roots, (root) => Number(table.data[root]));
  const ints = (numbers: readonly number[]): Tensor =>
    new Tensor("int32", [roots.length], Int32Array.from(numbers));
  const floats = (numbers: readonly number[]): Tensor =>
    new Tensor("float32", [roots.length], Float32Array.from(numbers));
  const value = gather(seen, seen.graph.constant(ints(of(tables.column))), { axis: 1 });
  const known = where(isNan(value), floats(of(tables.missing)), value);
  const low = lessOrEqual(known, floats(of(tables.threshold)));
  const left =
    tables.set === undefined
      ? low
      : among(value, seen.graph.constant(ints(of(tables.set))), tables.words, low);
  return add(cast(not(left), "int32"), ints(of(tables.left)));
}

/** Whether a bin is in the node's set; where the node has none, `otherwise`. */
function among(value: Value, set: Value, words: Tensor, otherwise: Value): Value {
  const has = greaterOrEqual(set, 0);
  const bin = cast(where(has, value, 0), "int32");
  // Integers, so that division rounds down.
  const word = gather(words, add(max(set, 0), div(bin, bitsPerWord)));
  const bit = bitwiseAnd(bitShift(word, cast(mod(bin, bitsPerWord), "uint32"), "right"), 1);
  // ONNX Runtime has no Where of truth values.
  return or(and(has, equal(bit, 1)), and(not(has), otherwise));
}

const bitsPerWord = 32;

function tablesOf({ nodes, sets }: Trees): Tables {
  const count = nodes.length / wordsPerNode;
  const thresholds = new Float32Array(nodes.buffer, nodes.byteOffset, nodes.length);
  const column = new Int32Array(count);
  const threshold = new Float32Array(count).fill(Number.POSITIVE_INFINITY);
  const missing = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  const left = Int32Array.from(column.keys());
  const leaf = new Int32Array(count);
  const set = new Int32Array(count).fill(-1);
  for (let node = 0; node < count; node++) {
    const at = node * wordsPerNode;
    const word = nodes[at]!;
    if (word < 0) {
      leaf[node] = nodes[at + 1]!;
      continue;
    }
    column[node] = word >> 1;
    threshold[node] = thresholds[at + 2]!;
    if ((word & 1) === 0) missing[node] = Number.POSITIVE_INFINITY;
    left[node] = nodes[at + 1]!;
    set[node] = nodes[at + 3]!;
  }
  const ints = (data: Int32Array): Tensor => new Tensor("int32", [count], Int32Array.from(data));
  const floats = (data: Float32Array): Tensor => new Tensor("float32", [count], Float32Array.from(data));
  return {
    column: ints(column),
    threshold: floats(threshold),
    missing: floats(missing),
    left: ints(left),
    leaf: ints(leaf),
    set: sets.length === 0 ? undefined : ints(set),
    words: new Tensor("uint32", [sets.length], Uint32Array.from(sets)),
  };
}

/** Steps to the deepest leaf, at least one. */
function depthOf({ roots, nodes }: Trees): number {
  const depths = new Int32Array(nodes.length / wordsPerNode);
  let deepest = 1;
  for (const root of roots) {
    const open = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const at = node * wordsPerNode;
      if (nodes[at]! < 0) deepest = Math.max(deepest, depths[node]!);
      else {
        const left = nodes[at + 1]!;
        depths[left] = depths[node]! + 1;
        depths[left + 1] = depths[node]! + 1;
        open.push(left, left + 1);
      }
    }
  }
  return deepest;
}
