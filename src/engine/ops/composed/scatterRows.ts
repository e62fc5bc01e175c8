import type { Value } from "../../graph/graph.js";
import type { Reduction } from "../define/reduction.js";
import { expand } from "../expand.js";
import { reshape } from "../reshape.js";
import { scatterElements } from "../scatterElements.js";
import { transpose } from "../transpose.js";

/**
 * The matrix `x` with each row of `updates` [n, columns] written to, or combined into, its row
 * `rows` [n]. In order, so that sums are reproducible, which ONNX Runtime's ScatterND does not do.
 */
export function scatterRows(x: Value, rows: Value, updates: Value, reduction: Reduction): Value {
  const [count, columns] = [updates.size(0), updates.size(1)];
  const places = expand(reshape(rows, [1, count]), [columns, count]);
  // Along the last axis the kernel is about twice as fast as along the first, transpositions included.
  const flipped = scatterElements(transpose(x), places, transpose(updates), { axis: 1, reduction });
  return transpose(flipped);
}
