import { sameShape } from "../../../tensor/shape.js";
import type { WeightGradient } from "../../weightGradients.js";
import { block, inBlocks } from "../operators.js";
import { stripCount } from "./strips.js";

/**
 * How the gradient for weights is found with blocked kernels. Of all of them 16 images of a batch are the block of
 * channels, so that a gradient is a convolution whose kernel is
 * - "rows": a row of an image, once for each row of the window,
 * - "images": a whole image,
 * - "transforms": a row, after a Winograd transform over the rows (half of the multiplications),
 * - "depthwise": a whole image, for each channel of each image by itself.
 *
 * For windows of one element it is "products" of matrices, for which images need not come in blocks of 16.
 */
export type WeightForm = "rows" | "images" | "transforms" | "depthwise" | "products";

/** Fewest images or strips of images, of which a block of 16 is made. */
const leastImages = 8;
/** Most multiplications with blocks filled up, to one without. */
const mostWork = 2;

/** From so many channels on transforms pay. */
const transformChannels = 64;

/**
 * The form for a gradient, by the measurements in `docs/benchmarks.md`; `undefined` where products of matrices are
 * better.
 */
export function weightForm({ x, dy, convolution }: Omit<WeightGradient, "order">): WeightForm | undefined {
  if (x.rank !== 4 || dy.shape.includes(0) || x.shape.includes(0)) return undefined;
  const [batch, channels, rows] = x.shape as readonly [number, number, number, number];
  const { kernel, strides, dilations, group } = convolution;
  const out = dy.size(1);
  const isWithin = kernel.every((size, axis) =>
    [convolution.before, convolution.after].every(
      (border) => (border[axis] as number) <= (size - 1) * (dilations[axis] as number),
    ),
  );
  // Windows that lie outside of the image have no gradient to find.
  if (!isWithin) return undefined;
  if (group > 1) {
    return group === channels && out === channels ? "depthwise" : undefined;
  }
  const isSimple = [...strides, ...dilations].every((step) => step === 1);
  const isPointwise = isSimple && kernel.join() === "1,1" && sameShape(x.shape.slice(2), dy.shape.slice(2));
  if (isPointwise && channels >= block && inBlocks(out) <= mostWork * out) return "products";
  const images = batch * stripCount(batch, dy.size(2));
  if (images < leastImages || (inBlocks(images) * inBlocks(out)) / (images * out) > 2 * mostWork)
    return undefined;
  if (isSimple && kernel.join() === "3,3" && Math.min(channels, out) >= transformChannels)
    return "transforms";
  const isSmall =
    (channels <= block && out <= block) || (rows <= block && Math.max(channels, out) <= 2 * block);
  return isSimple && (isSmall || channels < block) ? "images" : "rows";
}
