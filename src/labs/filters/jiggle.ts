import type { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/** How far an image is moved and stretched at random. */
export interface Jiggle {
  /** Largest shift in pixels. */
  readonly shift: number;
  /** Largest change of scale, as a fraction. */
  readonly scale: number;
}

/**
 * Linear interpolation along both axes at randomly shifted and scaled places; outside, the edge is continued. What a
 * network finds at all of these is no pattern that only its own grid of strides can see.
 *
 * @returns `[size, size]` each: the image is `down · image · rightᵀ`
 */
export function jiggled(
  size: number,
  random: Generator,
  { shift, scale }: Jiggle,
): { down: Tensor; right: Tensor } {
  const factor = 1 + scale * (2 * random.uniform() - 1);
  const along = (): Tensor => {
    const offset = shift * (2 * random.uniform() - 1);
    const middle = (size - 1) / 2;
    const matrix = Tensor.zeros([size, size]);
    for (let at = 0; at < size; at++) {
      const place = Math.min(size - 1, Math.max(0, (at - middle) * factor + middle + offset));
      const low = Math.min(size - 2, Math.floor(place));
      matrix.data[at * size + low] = 1 - (place - low);
      matrix.data[at * size + low + 1] = place - low;
    }
    return matrix;
  };
  return { down: along(), right: along() };
}
