import type { Shape } from "../../engine/tensor/shape.js";

/** How many inputs reach one unit of a weight, and how many outputs one input reaches. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a weight's shape, as Keras counts them: a matrix is `[in, out]`, a convolution kernel
 * `[...window, in, out]` with the window's size as a factor of both; a vector counts as both.
 */
export function fans(shape: Shape): Fans {
  const last = shape.at(-1) ?? 1;
  if (shape.length < 2) return { fanIn: last, fanOut: last };
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { fanIn: (shape.at(-2) as number) * window, fanOut: last * window };
}
