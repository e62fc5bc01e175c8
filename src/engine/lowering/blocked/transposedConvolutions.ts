import type { Value } from "../../graph/graph.js";
import { reverse } from "../../ops/composed/reverse.js";
import { type Transposed, transposedOf } from "../../ops/conv/convTranspose.js";
import { pad } from "../../ops/pad.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";
import { isKnown } from "../isKnown.js";
import { isStandard, type Rule } from "../rewrite.js";
import { planOf } from "./convolutions.js";
import { blocked, padded } from "./images.js";
import { cropped, interleavedBlocks } from "./interleaving.js";
import { block, blockedConv, blockedSource, inBlocks, reorderOutput } from "./operators.js";
import { arranged, type View, viewOf } from "./weights/blockedWeights.js";

const transposed = new Set(["ConvTranspose"]);

/**
 * A transposed convolution, such as the gradient of one with strides for its image: a convolution for each of the phases
 * that the strides make, with those elements of the window that reach it, and the phases put together.
 */
export const blockedTransposedConvolutions: Rule = ({ node, inputs, graph }) => {
  const [x, w, bias] = inputs as [Value, Value, Value?];
  if (!isStandard(node, transposed) || graph.parent !== undefined) return undefined;
  if (x.rank !== 4 || x.dtype !== "float32" || (blockedSource(x) === undefined && isKnown(w)))
    return undefined;
  const window = transposedOf(node.attributes, x.shape.slice(2), w.shape.slice(2));
  const out = w.size(1);
  const isPlain = window.group === 1 && window.dilations.every((dilation) => dilation === 1);
  if (!isPlain || x.size(1) < block || planOf(x.size(1), [out, x.size(1)], 1) === undefined) return undefined;
  const courses = [0, 1].map((axis) => coursesOf(window, axis, x.size(axis + 2)));
  const [rows, columns] = courses as [Course[], Course[]];
  const filled = bias && padded(bias, 0, inBlocks(out));
  const sizes = window.sizes as readonly [number, number];
  const strides = window.strides as readonly [number, number];
  const emit = (row: Course, column: Course): Value =>
    phaseOf({ image: blocked(x), view: viewOf(w), bias: filled }, row, column);
  if (!courses.flat().some(({ count }) => count === 0)) {
    const phases = rows.flatMap((row) => columns.map((column) => emit(row, column)));
    return [reorderOutput(interleavedBlocks(phases, strides, sizes), out)];
  }
  // A window of one element reaches the first phase only; the others are zero.
  const [row, column] = [rows[0] as Course, columns[0] as Course];
  const isFirst = courses.every((list) => list.every(({ count }, phase) => (count === 0) === phase > 0));
  if (!isFirst || bias !== undefined) return undefined;
  return [reorderOutput(spread(emit(row, column), strides, sizes), out)];
};

/** How the elements of one phase of the result along an axis come from the image. */
interface Course {
  /** Elements of the window that reach it: every stride-th from `first` on. */
  readonly first: number;
  readonly count: number;
  readonly stride: number;
  /** Pads of the image; negative ones cut off. */
  readonly before: number;
  readonly after: number;
}

/**
 * Along an axis the result at s·t + a is Σⱼ x[t + q − j] · w[r + s·j], with r the rest and q the quotient of a + before
 * by the stride s: a correlation with the elements from the last to the first.
 *
 * All phases are as long as the first; what of them lies behind the result is cut off.
 */
function coursesOf({ kernel, strides, before, sizes }: Transposed, axis: number, size: number): Course[] {
  const [stride, window, head] = [strides[axis] as number, kernel[axis] as number, before[axis] as number];
  const length = Math.ceil((sizes[axis] as number) / stride);
  return Array.from({ length: stride }, (_, phase) => {
    const first = (phase + head) % stride;
    const count = Math.max(0, Math.ceil((window - first) / stride));
    const quotient = (phase + head - first) / stride;
    const ahead = count - 1 - quotient;
    return { first, count, stride, before: ahead, after: length - size - ahead + count - 1 };
  });
}

interface Operands {
  readonly image: Value;
  readonly view: View;
  readonly bias: Value | undefined;
}

function phaseOf({ image, view, bias }: Operands, row: Course, column: Course): Value {
  const pads = [row.before, column.before, row.after, column.after];
  const cut = pads.map((size) => Math.max(0, -size)) as [number, number, number, number];
  const rest: [number, number] = [image.size(2) - cut[0] - cut[2], image.size(3) - cut[1] - cut[3]];
  const part = cropped(image, rest, [cut[0], cut[1]]);
  return blockedConv(part, arranged(turned(view, row, column), true), {
    bias,
    pads: pads.map((size) => Math.max(0, size)),
  });
}

/** The weights of a phase, from the last element to the first, with their channels exchanged. */
function turned({ root, axes, reversed }: View, row: Course, column: Course): View {
  const [o, i, h, w] = axes as [number, number, number, number];
  const straight = reversed.length === 0 ? root : reverse(root, [...reversed]);
  const last = ({ first, count, stride }: Course): number => first + stride * (count - 1);
  const elements = slice(straight, {
    starts: [last(row), last(column)],
    ends: [row.first - 1, column.first - 1].map((end) => (end < 0 ? Number.NEGATIVE_INFINITY : end)),
    axes: [h, w],
    steps: [-row.stride, -column.stride],
  });
  return { root: elements, axes: [i, o, h, w], reversed: [] };
}

/** An image with zeros behind every element along its rows and columns. */
function spread(image: Value, strides: readonly [number, number], sizes: readonly [number, number]): Value {
  const [batch, channels, rows, columns] = image.shape as readonly [number, number, number, number];
  const planes = batch * (channels / block);
  const [down, right] = strides;
  const wide = padded(reshape(image, [planes * rows * columns, block]), 1, block * right);
  const line = columns * right * block;
  const whole = pad(reshape(wide, [planes * rows, line]), { pads: [0, 0, 0, line * (down - 1)] });
  return cropped(reshape(whole, [batch, channels, rows * down, columns * right]), sizes);
}
