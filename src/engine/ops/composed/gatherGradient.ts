import type { Value } from "../../graph/graph.js";
import { sizeOf } from "../../tensor/shape.js";
import { reshape } from "../reshape.js";
import { transpose } from "../transpose.js";
import { sumRows } from "./sumRows.js";

const count = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);

/** The gradient for `x` of `gather(x, indices, { axis })`: each slice of `dy` added where it came from. */
export function gatherGradient(dy: Value, x: Value, indices: Value, axis: number): Value {
  const before = x.shape.slice(0, axis);
  const behind = x.shape.slice(axis + 1);
  const size = x.size(axis);
  const first = [...count(indices.rank, axis), ...count(axis), ...count(behind.length, axis + indices.rank)];
  const slices = axis === 0 ? dy : transpose(dy, first);
  const rows = sizeOf(indices.shape);
  const matrix = reshape(slices, [rows, sizeOf(before) * sizeOf(behind)]);
  const sums = reshape(sumRows(matrix, reshape(indices, [rows]), size), [size, ...before, ...behind]);
  return axis === 0 ? sums : transpose(sums, [...count(axis, 1), 0, ...count(behind.length, axis + 1)]);
}
