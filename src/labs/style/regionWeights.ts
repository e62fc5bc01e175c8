import type { Tensor } from "../../engine/tensor/tensor.js";
import { toNumbers } from "../../engine/tensor/tensor.js";
import type { ImageSize } from "../../vision/pixels.js";

/**
 * A mask at the resolution of a layer: for each of its positions the mean of the mask over the pixels that it
 * stands for.
 *
 * @param mask `[height, width]` of an image, whatever its size
 * @returns `[layer.height · layer.width]`
 */
export function regionWeights(mask: Tensor, layer: ImageSize): Float32Array {
  const [height = 0, width = 0] = mask.shape;
  const values = toNumbers(mask);
  const rows = spans(layer.height, height);
  const columns = spans(layer.width, width);
  const result = new Float32Array(layer.height * layer.width);
  for (const [y, [top, bottom]] of rows.entries()) {
    for (const [x, [left, right]] of columns.entries()) {
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) sum += values[row * width + column] as number;
      }
      result[y * layer.width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return result;
}

type Span = readonly [first: number, end: number];

/** For each of `count` positions along an axis, the mask's elements under it. */
function spans(count: number, elements: number): Span[] {
  return Array.from({ length: count }, (_, index) => {
    const first = Math.floor((index * elements) / count);
    return [first, Math.max(first + 1, Math.ceil(((index + 1) * elements) / count))];
  });
}
