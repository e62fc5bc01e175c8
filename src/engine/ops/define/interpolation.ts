import { ImagoError } from "../../errors.js";

export type ResizeMode = "nearest" | "linear" | "cubic";

export type CoordinateMode =
  | "half_pixel"
  | "half_pixel_symmetric"
  | "pytorch_half_pixel"
  | "align_corners"
  | "asymmetric"
  | "tf_crop_and_resize";

export type NearestMode = "round_prefer_floor" | "round_prefer_ceil" | "floor" | "ceil";

/** How the pixels of a resized axis come from those of the original. */
export interface Interpolation {
  readonly mode: ResizeMode;
  readonly coordinates: CoordinateMode;
  readonly nearest: NearestMode;
  /** The coefficient a of cubic interpolation (Keys 1981). */
  readonly cubic: number;
  /** Give pixels outside the image no weight, instead of that of the image's edge. */
  readonly excludeOutside: boolean;
  /** Widen the filter when the image becomes smaller. */
  readonly antialias: boolean;
}

/** One axis before and after. */
export interface ResizedAxis {
  readonly size: number;
  readonly resized: number;
  readonly scale: number;
  /** First and last place to take, as shares of the axis, for "tf_crop_and_resize". */
  readonly region: readonly [number, number];
}

// ONNX Runtime computes places in float32, and at ties the last bit decides which pixel is nearest.
const f = Math.fround;

/** The place in the original of the pixel `index` of the resized axis. */
function place(index: number, { size, resized, scale, region }: ResizedAxis, mode: CoordinateMode): number {
  const half = (): number => f(f(f(index + 0.5) / f(scale)) - 0.5);
  switch (mode) {
    case "half_pixel":
      return half();
    case "half_pixel_symmetric": {
      const adjustment = f(resized / f(f(scale) * size));
      return f(f(f((size / 2) * f(1 - adjustment)) + f(f(index + 0.5) / f(scale))) - 0.5);
    }
    case "pytorch_half_pixel":
      return resized > 1 ? half() : 0;
    case "align_corners":
      return resized === 1 ? 0 : f((index * (size - 1)) / (resized - 1));
    case "asymmetric":
      return f(index / f(scale));
    case "tf_crop_and_resize": {
      const [start, end] = region;
      if (resized === 1) return f(0.5 * f(start + end) * (size - 1));
      return f(start * (size - 1) + (index * (end - start) * (size - 1)) / (resized - 1));
    }
  }
}

function nearestOf(x: number, mode: NearestMode): number {
  switch (mode) {
    case "round_prefer_floor":
      return Math.ceil(x - 0.5);
    case "round_prefer_ceil":
      return Math.floor(x + 0.5);
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
  }
}

/** The weight of a pixel at `distance` from the place, in pixels. */
function weightAt(distance: number, { mode, cubic: a }: Interpolation): number {
  const d = Math.abs(distance);
  if (mode === "linear") return Math.max(0, 1 - d);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/** The pixels with a weight for one resized pixel, those outside of the image included. */
function taps(index: number, axis: ResizedAxis, how: Interpolation): [number, number][] {
  const at = place(index, axis, how.coordinates);
  const shrink = how.antialias ? Math.min(1, axis.scale) : 1;
  const support = (how.mode === "cubic" ? 2 : 1) / shrink;
  const found: [number, number][] = [];
  for (let pixel = Math.ceil(at - support); pixel <= at + support; pixel++) {
    found.push([pixel, weightAt((pixel - at) * shrink, how)]);
  }
  return found;
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/** One row of the matrix: the weight of every original pixel in one resized pixel. */
function row(index: number, axis: ResizedAxis, how: Interpolation): Float32Array {
  const weights = new Float32Array(axis.size);
  const last = axis.size - 1;
  const at = place(index, axis, how.coordinates);
  // Such pixels are a constant.
  if (how.coordinates === "tf_crop_and_resize" && (at < 0 || at > last)) return weights;
  if (how.mode === "nearest") {
    weights[clamp(nearestOf(at, how.nearest), last)] = 1;
    return weights;
  }
  const all = taps(index, axis, how);
  const counted = how.excludeOutside ? all.filter(([pixel]) => pixel >= 0 && pixel <= last) : all;
  const total = counted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [pixel, weight] of counted) {
    const inside = clamp(pixel, last);
    weights[inside] = (weights[inside] as number) + weight / total;
  }
  return weights;
}

/**
 * The matrix [resized, size] that resizes one axis: resizing is linear in the pixels, one axis after the other.
 *
 * @returns row-major
 */
export function interpolationMatrix(axis: ResizedAxis, how: Interpolation): Float32Array {
  if (axis.size === 0) throw new ImagoError("an empty axis cannot be resized");
  const matrix = new Float32Array(axis.resized * axis.size);
  for (let index = 0; index < axis.resized; index++) matrix.set(row(index, axis, how), index * axis.size);
  return matrix;
}
