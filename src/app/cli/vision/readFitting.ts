import { formatShape } from "../../../engine/tensor/shape.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { type ReadImageOptions, readImage } from "../../../io/images/readImage.js";
import { haveSameProportions } from "../../../vision/proportions.js";
import { blaming } from "../shell/blaming.js";
import { UsageError } from "../shell/run.js";
import { sourceOf } from "./pictures.js";

/**
 * An image that lies over a picture, at the picture's size.
 *
 * @param flag that names it
 * @param picture `[height, width, channels]`
 * @throws UsageError when it has other proportions
 */
export async function readFitting(
  flag: string,
  path: string,
  picture: Tensor,
  options: Pick<ReadImageOptions, "alpha"> = {},
): Promise<Tensor<"float32">> {
  const [height, width] = [picture.sizeAt(0), picture.sizeAt(1)];
  const source = await sourceOf(path);
  const own = await blaming(flag, () => readImage(source));
  if (!haveSameProportions({ height: own.sizeAt(0), width: own.sizeAt(1) }, { height, width })) {
    throw new UsageError(
      `${flag}: ${path} is ${formatShape(own.shape.slice(0, 2))}, which has not the proportions of the picture, [${height}, ${width}].`,
    );
  }
  return await readImage(source, { ...options, cover: [height, width] });
}
