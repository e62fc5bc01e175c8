import { aTensor } from "../engine/arguments.js";
import { ImagoError } from "../engine/errors.js";
import { formatShape } from "../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../engine/tensor/tensor.js";
import { fillTransparent } from "./fillTransparent.js";
import { resamplePlane } from "./resamplePlane.js";

/** An image in two: what can be worked on as if it were opaque, and how opaque it is. */
export interface SplitImage {
  /** `[height, width, 3]` from 0 to 255. */
  readonly image: Tensor<"float32">;
  /** `[height, width]` from 0 to 255; `undefined` where all of the image is opaque. */
  readonly alpha: Tensor<"float32"> | undefined;
}

/**
 * Takes the opacity off an image. What is to be seen keeps its colours, which are not mixed with any background; where nothing is
 * to be seen, the colours around go on, so that neither a network nor a blur finds an edge there. Where nothing is to be seen
 * anywhere, the image is white.
 *
 * @param image from 0 to 255: `[height, width, 4]`, as `readImage` gives it with `alpha: "keep"`, or `[height, width, 3]`
 * @throws ImagoError on another shape
 */
export function splitAlpha(image: Tensor): SplitImage {
  aTensor.read("splitAlpha", "image", image);
  const [height = 0, width = 0, channels = 0] = image.shape;
  if (image.shape.length !== 3 || (channels !== 3 && channels !== 4)) {
    throw new ImagoError(
      `splitAlpha: expected an image [height, width, 4] or [height, width, 3], received ${formatShape(image.shape)}`,
    );
  }
  if (channels === 3) return { image: image.cast("float32"), alpha: undefined };
  const pixels = toNumbers(image);
  const alpha = Tensor.zeros([height, width]);
  for (let at = 0; at < alpha.size; at++) alpha.data[at] = pixels[at * 4 + 3] as number;
  if (alpha.data.every((value) => value === 255)) return { image: withoutAlpha(image), alpha: undefined };
  const colours = new Tensor("float32", [height, width, 3], fillTransparent(pixels, { height, width }));
  return { image: colours, alpha };
}

function withoutAlpha(image: Tensor): Tensor<"float32"> {
  const pixels = toNumbers(image);
  const result = Tensor.zeros([...image.shape.slice(0, 2), 3]);
  for (let at = 0; at < result.size; at++) {
    result.data[at] = pixels[Math.floor(at / 3) * 4 + (at % 3)] as number;
  }
  return result;
}

/**
 * Gives an image an opacity.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @param alpha `[height, width]` from 0 to 255, resampled where the image has another size
 * @returns `[height, width, 4]`
 * @throws ImagoError on other shapes
 */
export function joinAlpha(image: Tensor, alpha: Tensor): Tensor<"float32"> {
  aTensor.read("joinAlpha", "image", image);
  aTensor.read("joinAlpha", "alpha", alpha);
  const [height = 0, width = 0, channels] = image.shape;
  if (image.shape.length !== 3 || channels !== 3 || alpha.shape.length !== 2 || alpha.size === 0) {
    throw new ImagoError(
      `joinAlpha: expected an image [height, width, 3] and an alpha [height, width], received ${formatShape(image.shape)} and ${formatShape(alpha.shape)}`,
    );
  }
  const own = { height: alpha.sizeAt(0), width: alpha.sizeAt(1) };
  const opacity =
    own.height === height && own.width === width
      ? toNumbers(alpha)
      : resamplePlane(toNumbers(alpha), own, { height, width });
  const colours = toNumbers(image);
  const result = Tensor.zeros([height, width, 4]);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      result.data[pixel * 4 + channel] = colours[pixel * 3 + channel] as number;
    }
    result.data[pixel * 4 + 3] = opacity[pixel] as number;
  }
  return result;
}
