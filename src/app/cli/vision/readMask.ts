import { formatShape } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import { blaming } from "../shell/blaming.js";
import { UsageError } from "../shell/run.js";
import { sourceOf } from "./pictures.js";

/**
 * The brightness of an image from 0 to 1, at the picture's size.
 *
 * @param image the picture, `[height, width, 3]`
 * @returns `[height, width]`
 * @throws UsageError when the mask has other proportions
 */
export async function readMask(path: string, image: Tensor): Promise<Tensor> {
  const [height, width] = [image.sizeAt(0), image.sizeAt(1)];
  const source = await sourceOf(path);
  const own = await blaming("--mask", () => readImage(source));
  const proportions = (own.sizeAt(1) / own.sizeAt(0)) * (height / width);
  if (Math.abs(Math.log(proportions)) > 0.02) {
    throw new UsageError(
      `--mask: ${path} is ${formatShape(own.shape.slice(0, 2))}, which has not the proportions of the picture, [${height}, ${width}].`,
    );
  }
  const fitted = await readImage(source, { cover: [height, width] });
  const mask = Tensor.zeros([height, width]);
  for (let at = 0; at < mask.size; at++) {
    const colour = fitted.data.subarray(at * 3, at * 3 + 3);
    mask.data[at] = colour.reduce((sum, value) => sum + value, 0) / 765;
  }
  return mask;
}
