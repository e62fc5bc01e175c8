import type { Value } from "../../engine/graph/graph.js";
import { expand } from "../../engine/ops/expand.js";
import { gatherElements } from "../../engine/ops/gatherElements.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import type { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/** How far an image is moved, stretched and turned at random. */
export interface Jiggle {
  /** Largest shift in pixels. */
  readonly shift: number;
  /** Largest change of scale, as a fraction. */
  readonly scale: number;
  /** Largest rotation in degrees, to either side. */
  readonly rotate: number;
}

/** Where each pixel of the moved image comes from: the four pixels around the place, and how much each weighs. */
export interface Sampling {
  /** `[4, size · size]`, row-major places in the image. */
  readonly places: Tensor<"int32">;
  /** `[4, size · size]`, of which the four add up to 1. */
  readonly weights: Tensor<"float32">;
}

/**
 * Bilinear sampling of a square image that is shifted, scaled and turned about its middle at random; outside, the edge
 * is continued. What a network finds at all of these is no pattern that only its own grid of strides can see.
 * (Olah, Mordvintsev and Schubert, "Feature Visualization", Distill, 2017, on transformation robustness.)
 */
export function jiggled(size: number, random: Generator, { shift, scale, rotate }: Jiggle): Sampling {
  const either = (most: number): number => most * (2 * random.uniform() - 1);
  const factor = 1 + either(scale);
  const [down, right] = [either(shift), either(shift)];
  const angle = rotate === 0 ? 0 : (either(rotate) * Math.PI) / 180;
  const [cosine, sine] = [factor * Math.cos(angle), factor * Math.sin(angle)];
  const middle = (size - 1) / 2;
  const count = size * size;
  const places = Tensor.zeros([4, count], "int32");
  const weights = Tensor.zeros([4, count]);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [y, x] = [row - middle, column - middle];
      const [top, below] = along(cosine * y + sine * x + middle + down, size);
      const [left, beside] = along(cosine * x - sine * y + middle + right, size);
      const at = row * size + column;
      for (let corner = 0; corner < 4; corner++) {
        const [under, behind] = [corner >> 1, corner & 1];
        places.data[corner * count + at] = (top + under) * size + left + behind;
        weights.data[corner * count + at] = (under ? below : 1 - below) * (behind ? beside : 1 - beside);
      }
    }
  }
  return { places, weights };
}

/** The pixel in front of a place on one axis, and how much the one behind it weighs. */
function along(place: number, size: number): readonly [number, number] {
  const inside = Math.min(size - 1, Math.max(0, place));
  const low = Math.min(size - 2, Math.floor(inside));
  return [low, inside - low];
}

/**
 * The image as a {@link Sampling} moves it.
 *
 * @param image `[1, channels, size, size]`
 */
export function sampled(image: Value, places: Value, weights: Value): Value {
  const [channels, size] = [image.size(1), image.size(2)];
  const count = size * size;
  const everywhere = expand(reshape(places, [1, 4 * count]), [channels, 4 * count]);
  const corners = gatherElements(reshape(image, [channels, count]), everywhere, { axis: 1 });
  const mixed = reduceSum(mul(reshape(corners, [channels, 4, count]), weights), { axes: [1] });
  return reshape(mixed, image.shape);
}
