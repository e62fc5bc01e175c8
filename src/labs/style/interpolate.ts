import { arrayOf } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { number } from "../../engine/options.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import type { StyleOptions } from "./options.js";
import { type StylePreview, style } from "./style.js";

/** Where an interpolation stands. */
export interface InterpolationPreview extends StylePreview {
  /** Which of the pictures, from 0. */
  readonly picture: number;
  readonly pictures: number;
  /** Share of the second style in this picture, from 0 to 1. */
  readonly share: number;
}

/** How the number of pictures is read. */
export const interpolationPictures = number({
  min: 2,
  max: 1000,
  integer: true,
  help: "pictures in the strip",
});

/**
 * One content in several pictures, from one style to another: the Gram matrices that are aimed at are blended.
 *
 * @param styles two images `[height, width, 3]` from 0 to 255
 * @param pictures 2 to 1000; the first is of the first style alone, the last of the second
 * @returns the previews of each picture in turn; `last` marks each finished one
 * @throws as {@link style} does
 */
export async function* interpolateStyles(
  network: ImageNetwork,
  content: Tensor,
  styles: readonly [Tensor, Tensor],
  pictures: number,
  options: StyleOptions,
): AsyncGenerator<InterpolationPreview, void, undefined> {
  const count = interpolationPictures.read("interpolateStyles", "pictures", pictures);
  for (let picture = 0; picture < count; picture++) {
    const share = picture / (count - 1);
    const blend = [
      { image: styles[0], weight: 1 - share },
      { image: styles[1], weight: share },
    ];
    for await (const preview of style(network, content, blend, options)) {
      yield { ...preview, picture, pictures: count, share };
    }
  }
}

/**
 * Pictures side by side.
 *
 * @param pictures at least one `[height, width, 3]`, all of one height
 * @param gap white pixels between two. Default: 0.
 */
export function strip(pictures: readonly Tensor<"float32">[], gap = 0): Tensor<"float32"> {
  arrayOf("an array of pictures", "shape", "data").read("strip", "pictures", pictures);
  const height = pictures[0]?.shape[0] ?? 0;
  const odd = pictures.find(({ shape }) => shape.length !== 3 || shape[0] !== height || shape[2] !== 3);
  if (pictures.length === 0 || odd !== undefined) {
    const received = odd === undefined ? "none" : formatShape(odd.shape);
    throw new ImagoError(`strip: expected pictures [${height}, width, 3], received ${received}`);
  }
  const width = pictures.reduce((sum, picture) => sum + picture.sizeAt(1), 0) + gap * (pictures.length - 1);
  const result = Tensor.full([height, width, 3], 255);
  let left = 0;
  for (const picture of pictures) {
    const line = picture.sizeAt(1) * 3;
    for (let row = 0; row < height; row++) {
      result.data.set(picture.data.subarray(row * line, (row + 1) * line), (row * width + left) * 3);
    }
    left += picture.sizeAt(1) + gap;
  }
  return result;
}
