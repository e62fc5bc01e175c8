import type { Node, Value } from "../../../engine/graph/graph.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";

/** What is done to every channel by itself: `scale · x + shift`. One number stands for all channels alike. */
export interface Affine {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

export const unchanged: Affine = { scale: Float32Array.of(1), shift: Float32Array.of(0) };

/**
 * What a node of arithmetic does to the channels of `data`, of which it knows the other operand; nothing where that is no number
 * for each channel.
 */
export function affineOf(node: Node, data: Value, operand: Tensor): Affine | undefined {
  const numbers = Float32Array.from({ length: operand.size }, (_, at) => Number(operand.data[at]));
  // All its axes but one are of size 1.
  if (operand.shape.filter((size) => size !== 1).length > 1) return undefined;
  const isFirst = node.inputs[0] === data;
  const [one, zero] = [Float32Array.of(1), Float32Array.of(0)];
  switch (node.operator.type) {
    case "Add":
      return { scale: one, shift: numbers };
    case "Sub":
      return isFirst ? { scale: one, shift: numbers.map((x) => -x) } : undefined;
    case "Mul":
      return { scale: numbers, shift: zero };
    case "Div":
      return isFirst ? { scale: numbers.map((x) => 1 / x), shift: zero } : undefined;
    default:
      return undefined;
  }
}

/** First one, then the other; nothing where they are of other numbers of channels. */
export function behind(first: Affine, then: Affine): Affine | undefined {
  const sizes = [first.scale, first.shift, then.scale, then.shift].map(({ length }) => length);
  const size = Math.max(...sizes);
  if (sizes.some((length) => length !== 1 && length !== size)) return undefined;
  const at = (list: Float32Array, index: number): number => list[list.length === 1 ? 0 : index] as number;
  const each = (make: (index: number) => number): Float32Array =>
    Float32Array.from({ length: size }, (_, index) => make(index));
  return {
    scale: each((index) => at(first.scale, index) * at(then.scale, index)),
    shift: each((index) => at(first.shift, index) * at(then.scale, index) + at(then.shift, index)),
  };
}
