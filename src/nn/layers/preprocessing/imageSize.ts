import type { Value } from "../../../engine/graph/graph.js";
import { slice } from "../../../engine/ops/slice.js";

/** Height and width. */
export type ImageSize = readonly [height: number, width: number];

/** The part in the middle of an image that has the proportions of another size, as large as the image allows. */
export function middleOf([height, width]: ImageSize, [wantedHeight, wantedWidth]: ImageSize): ImageSize {
  const part = (size: number, other: number): number => Math.max(Math.min(size, Math.trunc(other)), 1);
  return [
    part(height, (width * wantedHeight) / wantedWidth),
    part(width, (height * wantedWidth) / wantedHeight),
  ];
}

/** The middle of images `[batch, channels, height, width]`, which are no smaller. */
export function cropMiddle(image: Value, size: ImageSize): Value {
  const starts = size.map((each, axis) => Math.floor((image.size(axis + 2) - each) / 2));
  if (starts.every((start, axis) => start === 0 && size[axis] === image.size(axis + 2))) return image;
  return slice(image, {
    starts,
    ends: starts.map((start, axis) => start + (size[axis] as number)),
    axes: [2, 3],
  });
}
