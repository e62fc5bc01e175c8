import type { Shape } from "../../../engine/tensor/shape.js";

/** How windows move along the spatial axes, one number for each axis. */
export interface SlidingWindow {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/**
 * What is added around the input: nothing ("valid"), as much as gives ⌈size / stride⌉ windows ("same"), or as
 * much in front as lets no window see a later step ("causal").
 */
export type Padding = "valid" | "same" | "causal";

/** How much of the input a window covers along each axis. */
export function extents({ kernel, dilations }: SlidingWindow): number[] {
  return kernel.map((size, axis) => (dilations[axis] as number) * (size - 1) + 1);
}

/**
 * The elements to add before the first of each spatial axis, then behind the last of each. Of an odd number
 * "same" adds the odd one behind, as TensorFlow does.
 */
export function padsOf(padding: Padding, window: SlidingWindow, sizes: Shape): number[] {
  const reach = extents(window);
  const totals = sizes.map((size, axis) => {
    if (padding === "valid") return 0;
    const covered = reach[axis] as number;
    if (padding === "causal") return covered - 1;
    const stride = window.strides[axis] as number;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + covered - size);
  });
  const before = totals.map((total) => (padding === "causal" ? total : Math.floor(total / 2)));
  return [...before, ...totals.map((total, axis) => total - (before[axis] as number))];
}
