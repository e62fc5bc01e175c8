import type { ImageSize } from "./pixels.js";

/**
 * One channel at another size, by means under a triangle as wide as a pixel of the coarser size on each side: it never leaves
 * the range of its values, as sharper filters do.
 *
 * @param values `[from.height · from.width]`
 * @returns `[to.height · to.width]`
 */
export function resamplePlane(values: ArrayLike<number>, from: ImageSize, to: ImageSize): Float32Array {
  const across = new Float32Array(from.height * to.width);
  for (const [x, { first, weights }] of sharesOf(from.width, to.width).entries()) {
    for (let y = 0; y < from.height; y++) {
      across[y * to.width + x] = sum(values, y * from.width + first, 1, weights);
    }
  }
  const result = new Float32Array(to.height * to.width);
  for (const [y, { first, weights }] of sharesOf(from.height, to.height).entries()) {
    for (let x = 0; x < to.width; x++) {
      result[y * to.width + x] = sum(across, first * to.width + x, to.width, weights);
    }
  }
  return result;
}

function sum(values: ArrayLike<number>, start: number, step: number, weights: readonly number[]): number {
  let total = 0;
  for (let at = 0; at < weights.length; at++) {
    total += (weights[at] as number) * (values[start + at * step] as number);
  }
  return total;
}

/** What an element is made of: neighbours from the first on, by weights that add up to 1. */
interface Shares {
  readonly first: number;
  readonly weights: readonly number[];
}

function sharesOf(from: number, to: number): Shares[] {
  const radius = Math.max(1, from / to);
  return Array.from({ length: to }, (_, at) => {
    const middle = ((at + 0.5) * from) / to - 0.5;
    const first = Math.max(0, Math.ceil(middle - radius));
    const last = Math.min(from - 1, Math.floor(middle + radius));
    const raw = Array.from({ length: last - first + 1 }, (__, step) =>
      Math.max(0, 1 - Math.abs(first + step - middle) / radius),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
}
