import { Tensor } from "../../../engine/tensor/tensor.js";
import { readFitting } from "./readFitting.js";

/**
 * The brightness of an image from 0 to 1, at the picture's size.
 *
 * @param image the picture, `[height, width, 3]`
 * @returns `[height, width]`
 * @throws UsageError when the mask has other proportions
 */
export async function readMask(path: string, image: Tensor): Promise<Tensor> {
  const fitted = await readFitting("--mask", path, image);
  const mask = Tensor.zeros([image.sizeAt(0), image.sizeAt(1)]);
  for (let at = 0; at < mask.size; at++) {
    const colour = fitted.data.subarray(at * 3, at * 3 + 3);
    mask.data[at] = colour.reduce((sum, value) => sum + value, 0) / 765;
  }
  return mask;
}
