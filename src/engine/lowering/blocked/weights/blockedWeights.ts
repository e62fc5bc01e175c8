import type { Node, Value } from "../../../graph/graph.js";
import { reverse } from "../../../ops/composed/reverse.js";
import { mul } from "../../../ops/mul.js";
import { reshape } from "../../../ops/reshape.js";
import { slice } from "../../../ops/slice.js";
import { transpose } from "../../../ops/transpose.js";
import { toNumbers } from "../../../tensor/tensor.js";
import { permutationOf } from "../../noOps.js";
import { producerOf } from "../../rewrite.js";
import { padded } from "../images.js";
import { block, inBlocks } from "../operators.js";

const transposes = new Set(["Transpose"]);
const slices = new Set(["Slice"]);

/** Weights as a rearrangement of others. */
export interface View {
  readonly root: Value;
  /** For each axis of the weights the axis of `root` that it is. */
  readonly axes: readonly number[];
  /** Axes of `root` that run backwards. */
  readonly reversed: readonly number[];
}

/** The axes that a Slice turns round, where that is all that it does. */
function reversedBy(node: Node): readonly number[] | undefined {
  const [x, ...places] = node.inputs as readonly Value[];
  const [starts, ends, axes, steps] = places.map(({ constant }) =>
    constant === undefined ? undefined : Array.from(toNumbers(constant)),
  );
  if (x === undefined || starts === undefined || ends === undefined || axes === undefined) return undefined;
  const turns = axes.every((axis, index) => {
    const size = x.size(axis);
    return (
      steps?.[index] === -1 &&
      (starts[index] === -1 || (starts[index] as number) >= size - 1) &&
      (ends[index] as number) < -size
    );
  });
  return turns ? axes.map((axis) => (axis < 0 ? axis + x.rank : axis)) : undefined;
}

/** What weights are a rearrangement of: the kernel of a layer, which is kept in another order. */
export function viewOf(weights: Value): View {
  const node = producerOf(weights, transposes) ?? producerOf(weights, slices);
  const source = node?.inputs[0];
  const identity = { root: weights, axes: weights.shape.map((_, axis) => axis), reversed: [] };
  if (node === undefined || source === undefined) return identity;
  if (node.operator.type === "Transpose") {
    const { root, axes, reversed } = viewOf(source);
    const permutation = permutationOf(node.attributes.ints("perm"), weights.rank);
    return { root, axes: permutation.map((axis) => axes[axis] as number), reversed };
  }
  const turned = reversedBy(node);
  if (turned === undefined) return identity;
  const { root, axes, reversed } = viewOf(source);
  const own = turned.map((axis) => axes[axis] as number);
  // What runs backwards twice runs forwards.
  const once = [
    ...reversed.filter((axis) => !own.includes(axis)),
    ...own.filter((axis) => !reversed.includes(axis)),
  ];
  return { root, axes, reversed: once };
}

/** Weights times a number for each channel along an axis, of numbers that may fill up a block. */
export function scaledAlong(weights: Value, axis: number, factor: Value): Value {
  const channels = weights.size(axis);
  const own =
    factor.size(0) === channels ? factor : slice(factor, { starts: [0], ends: [channels], axes: [0] });
  const shape = weights.shape.map((_, at) => (at === axis ? channels : 1));
  return mul(weights, reshape(own, shape));
}

/** The same of weights that are a {@link View}. */
export const scaledView = ({ root, axes, reversed }: View, axis: 0 | 1, factor: Value): View => ({
  root: scaledAlong(root, axes[axis] as number, factor),
  axes,
  reversed,
});

/**
 * Weights as blocked kernels take them, filled up with zeros to whole blocks.
 *
 * @param view of weights [out, in, rows, columns]
 * @param inputs whether input channels are in blocks as well
 * @returns [out, in, rows, columns] in whole blocks, stored as [out / 16, in / 16, rows, columns, 16 in, 16 out], or as
 * [out / 16, in, rows, columns, 16 out]
 */
export function arranged({ root, axes, reversed }: View, inputs: boolean): Value {
  const [o, i, h, w] = axes as [number, number, number, number];
  const [out, inside] = [inBlocks(root.size(o)), inputs ? inBlocks(root.size(i)) : root.size(i)];
  const straight =
    reversed.length === 0
      ? root
      : reverse(
          root,
          [...reversed].sort((a, b) => a - b),
        );
  const full = padded(padded(straight, o, out), i, inside);
  const split = full.shape.flatMap((size, axis) =>
    axis === o || (axis === i && inputs) ? [size / block, block] : [size],
  );
  /** Where an axis of the root is after the split. */
  const place = (axis: number): number => axis + (axis > o ? 1 : 0) + (inputs && axis > i ? 1 : 0);
  const order = [place(o), place(i), place(h), place(w), ...(inputs ? [place(i) + 1] : []), place(o) + 1];
  return reshape(transpose(reshape(full, split), order), [out, inside, root.size(h), root.size(w)]);
}
