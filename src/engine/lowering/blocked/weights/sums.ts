import type { Value } from "../../../graph/graph.js";
import { reshape } from "../../../ops/reshape.js";
import { slice } from "../../../ops/slice.js";
import { transpose } from "../../../ops/transpose.js";
import { block } from "../operators.js";

/** The gradient for weights as a form gives it: with output channels in blocks. */
export interface Sums {
  readonly value: Value;
  /** Which axis is which; `lane` are the 16 output channels of a block. */
  readonly axes: Readonly<Record<"out" | "inside" | "height" | "width" | "lane", number>>;
}

/**
 * The same in the order that is wanted, without what fills blocks up.
 *
 * @param order of the axes [out, in, rows, columns] in the result
 */
export function ordered({ value, axes }: Sums, order: readonly number[], out: number): Value {
  const places = [[axes.out, axes.lane], [axes.inside], [axes.height], [axes.width]];
  const permutation = order.flatMap((axis) => places[axis] as number[]);
  const turned = transpose(value, permutation);
  const at = order.indexOf(0);
  const filled = value.size(axes.out) * block;
  const sizes = [filled, ...places.slice(1).map(([axis]) => value.size(axis as number))];
  const whole = reshape(
    turned,
    order.map((axis) => sizes[axis] as number),
  );
  return filled === out ? whole : slice(whole, { starts: [0], ends: [out], axes: [at] });
}
