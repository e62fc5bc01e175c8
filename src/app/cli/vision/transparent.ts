import { Tensor } from "../../../engine/tensor/tensor.js";
import { joinAlpha } from "../../../vision/transparency.js";

/**
 * Where a picture may be worked on: where something of it is to be seen, as far as a mask allows it. What nobody sees would lead
 * away from what is seen.
 *
 * @param alpha `[height, width]` from 0 to 255; `undefined` where all is opaque
 * @param mask `[height, width]` from 0 to 1; `undefined` for everywhere
 */
export function whereSeen(alpha: Tensor | undefined, mask: Tensor | undefined): Tensor | undefined {
  // Where nothing is to be seen anywhere, one place is as good as another.
  if (alpha === undefined || alpha.data.every((value) => Number(value) === 0)) return mask;
  const result = Tensor.zeros(alpha.shape);
  for (let at = 0; at < result.size; at++) {
    result.data[at] = Number(alpha.data[at]) > 0 ? Number(mask?.data[at] ?? 1) : 0;
  }
  return result;
}

/** A picture as it is written: as opaque as what it was made of. */
export const seenAs =
  (alpha: Tensor | undefined) =>
  (picture: Tensor): Tensor =>
    alpha === undefined ? picture : joinAlpha(picture, alpha);

/** A picture on white, as opaque as what it was made of. */
export function onWhite(picture: Tensor<"float32">, alpha: Tensor | undefined): Tensor<"float32"> {
  if (alpha === undefined) return picture;
  const { data } = joinAlpha(picture, alpha);
  return new Tensor(
    "float32",
    picture.shape,
    picture.data.map((value, at) => {
      const opacity = (data[Math.floor(at / 3) * 4 + 3] as number) / 255;
      return 255 + (value - 255) * opacity;
    }),
  );
}
