import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { and } from "../../../engine/ops/and.js";
import { cast } from "../../../engine/ops/cast.js";
import { clip } from "../../../engine/ops/clip.js";
import { floor } from "../../../engine/ops/floor.js";
import { gather } from "../../../engine/ops/gather.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { less } from "../../../engine/ops/less.js";
import { min } from "../../../engine/ops/min.js";
import { mul } from "../../../engine/ops/mul.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { round } from "../../../engine/ops/round.js";
import { sub } from "../../../engine/ops/sub.js";
import { where } from "../../../engine/ops/where.js";
import { number, oneOf } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";

/**
 * What stands outside of an image: its mirror image with the edge twice (d c b a | a b c d | d c b a), one number, the other end, or
 * the edge again.
 */
export type FillMode = "reflect" | "constant" | "wrap" | "nearest";

/** What stands between pixels. */
export type AffineInterpolation = "nearest" | "bilinear";

/** How what is outside and in between is read. */
export const affineFields = {
  fillMode: oneOf<FillMode>(["reflect", "constant", "wrap", "nearest"], "reflect"),
  interpolation: oneOf<AffineInterpolation>(["nearest", "bilinear"], "bilinear"),
  fillValue: number({ default: 0 }),
};

export interface AffineOptions {
  readonly fillMode: FillMode;
  readonly interpolation: AffineInterpolation;
  readonly fillValue: number;
}

/**
 * Where in the original a pixel comes from, in pixels: a0 · x + a1 · y + a2 across and b0 · x + b1 · y + b2 down, each a number or
 * `[batch, 1, 1, 1]`.
 */
export interface Affine {
  readonly across: readonly [a0: Value | number, a1: Value | number, a2: Value | number];
  readonly down: readonly [b0: Value | number, b1: Value | number, b2: Value | number];
}

/** A neighbour of a place along one axis: which one, what share it has, and whether it is inside. */
interface Neighbour {
  readonly index: Value;
  readonly weight: Value | undefined;
  readonly inside: Value;
}

/** Images `[batch, height, width, channels]` under an affine map, each its own. */
export function affineImages(images: Value, affine: Affine, options: AffineOptions): Value {
  const [batch, height, width, channels] = images.shape as readonly [number, number, number, number];
  const { graph } = images;
  const counted = (length: number, shape: readonly number[]): Value =>
    graph.constant(
      new Tensor(
        "float32",
        shape,
        Float32Array.from({ length }, (_, at) => at),
      ),
    );
  const [x, y] = [counted(width, [1, 1, width, 1]), counted(height, [1, height, 1, 1])];
  const place = ([a, b, c]: Affine["across"]): Value => add(add(mul(a, x), mul(b, y)), c);
  const columns = neighbours(place(affine.across), width, options);
  const rows = neighbours(place(affine.down), height, options);
  const flat = reshape(images, [batch * height * width, channels]);
  const first = cast(mul(counted(batch, [batch, 1, 1, 1]), 1), "int64");
  const offsets = mul(first, graph.scalar(height * width, "int64"));
  const parts = rows.flatMap((row) =>
    columns.map((column) => {
      const index = add(add(mul(row.index, graph.scalar(width, "int64")), column.index), offsets);
      const pixels = reshape(gather(flat, reshape(index, [-1])), images.shape);
      const kept =
        options.fillMode === "constant"
          ? where(and(row.inside, column.inside), pixels, options.fillValue)
          : pixels;
      return weighted(weighted(kept, row.weight), column.weight);
    }),
  );
  return parts.reduce((sum, part) => add(sum, part));
}

const weighted = (pixels: Value, weight: Value | undefined): Value =>
  weight === undefined ? pixels : mul(pixels, weight);

/** The pixels along one axis that a place is made of. */
function neighbours(place: Value, size: number, { interpolation, fillMode }: AffineOptions): Neighbour[] {
  const one = (index: Value, weight: Value | undefined): Neighbour => ({
    index: cast(inside(index, size, fillMode), "int64"),
    weight,
    inside: and(greaterOrEqual(index, 0), less(index, size)),
  });
  if (interpolation === "nearest") return [one(round(place), undefined)];
  const lower = floor(place);
  const share = sub(place, lower);
  return [one(lower, sub(1, share)), one(add(lower, 1), share)];
}

/** The pixel that stands at an index, which may be outside. */
function inside(index: Value, size: number, mode: FillMode): Value {
  const remainder = (period: number): Value => sub(index, mul(floor(mul(index, 1 / period)), period));
  // Rounding must not lead out of the image.
  const kept = (value: Value): Value => clip(value, 0, size - 1);
  if (mode === "wrap") return kept(remainder(size));
  if (mode !== "reflect") return kept(index);
  const at = remainder(2 * size);
  return kept(min(at, sub(2 * size - 1, at)));
}
