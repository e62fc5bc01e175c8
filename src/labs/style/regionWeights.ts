import type { Tensor } from "../../engine/tensor/tensor.js";
import { toNumbers } from "../../engine/tensor/tensor.js";
import type { ImageSize } from "../vision/pixels.js";

/** A mask of an image, and how that image came to the network. */
export interface Region {
  /** `[height, width]` of an image, whatever its size. */
  readonly mask: Tensor;
  /** The image's size as the network sees it, without padding. */
  readonly size: ImageSize;
  /** Pixels added at each side. */
  readonly padding: number;
}

/**
 * A mask at the resolution of a layer: for each of its positions the mean of the mask over the pixels that it
 * stands for. Padding has the value of the nearest edge.
 *
 * @returns `[layer.height · layer.width]`
 */
export function regionWeights({ mask, size, padding }: Region, layer: ImageSize): Float32Array {
  const [height = 0, width = 0] = mask.shape;
  const values = toNumbers(mask);
  const rows = spans(layer.height, size.height, padding, height);
  const columns = spans(layer.width, size.width, padding, width);
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

/** For each of `count` positions along an axis of `size + 2 · padding` pixels, the mask's elements under it. */
function spans(count: number, size: number, padding: number, elements: number): Span[] {
  const place = (position: number): number => {
    const pixel = (position * (size + 2 * padding)) / count - padding;
    return (Math.min(size, Math.max(0, pixel)) * elements) / size;
  };
  return Array.from({ length: count }, (_, index) => {
    const first = Math.min(elements - 1, Math.floor(place(index)));
    return [first, Math.max(first + 1, Math.ceil(place(index + 1)))];
  });
}
