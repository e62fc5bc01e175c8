import type { Value } from "../../graph/graph.js";
import { concat } from "../../ops/concat.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";
import { interleaved } from "../interleave.js";
import { emitAs, isStandard, type Rule } from "../rewrite.js";
import { planesOf } from "./images.js";
import { block, blockedSource, reorderOutput } from "./operators.js";

const transposed = new Set(["ConvTranspose"]);

/** An image put together from its phases, which stays in blocks: blocks lie beside each other, then rows. */
export const blockedInterleaving: Rule = ({ node, inputs, graph }) => {
  if (!isStandard(node, transposed) || graph.parent !== undefined || blockedSource(inputs[0]) !== undefined)
    return undefined;
  const plain = emitAs(node, graph, node.operator, inputs, node.attributes)[0] as Value;
  const found = interleaved(plain);
  const phases = found?.phases.map(blockedSource) ?? [];
  if (found === undefined || phases.some((phase) => phase === undefined)) return undefined;
  const image = interleavedBlocks(phases as Value[], found.strides, [plain.size(2), plain.size(3)]);
  return [reorderOutput(image, plain.size(1))];
};

/**
 * @param phases blocked images of one shape, row by row
 * @param strides how many rows of phases, and how many in each
 * @param sizes rows and columns of the result
 */
export function interleavedBlocks(
  phases: readonly Value[],
  strides: readonly [number, number],
  sizes: readonly [number, number],
): Value {
  const [first] = phases as readonly [Value];
  const [batch, channels, rows, columns] = first.shape as readonly [number, number, number, number];
  const planes = batch * (channels / block);
  const [down, right] = strides;
  const lines = Array.from({ length: down }, (_, row) => {
    const parts = phases.slice(row * right, (row + 1) * right);
    const apart = parts.map((part) => reshape(part, [planes * rows * columns, 1, block]));
    return reshape(joined(apart), [planes * rows, 1, columns * right * block]);
  });
  const whole = joined(lines);
  const [height, width] = [rows * down, columns * right];
  return cropped(reshape(whole, [batch, channels, height, width]), sizes);
}

const joined = (parts: readonly Value[]): Value =>
  parts.length === 1 ? (parts[0] as Value) : concat(parts, { axis: 1 });

/** The first rows and columns of a blocked image. */
export function cropped(image: Value, [rows, columns]: readonly [number, number], from = [0, 0]): Value {
  const [batch, channels, height, width] = image.shape as readonly [number, number, number, number];
  if (height === rows && width === columns) return image;
  const [top, left] = from as [number, number];
  const part = slice(planesOf(image), {
    starts: [top, left],
    ends: [top + rows, left + columns],
    axes: [1, 2],
  });
  return reshape(part, [batch, channels, rows, columns]);
}
