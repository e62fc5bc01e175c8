import type { ImageSize } from "./pixels.js";

/** Colours as far as they are known: red, green and blue times the share that is known, and the share, 0 to 1. */
interface Known extends ImageSize {
  readonly data: Float32Array;
}

/**
 * Gives the pixels that nobody sees the colours of what is seen around them, the nearer the more, so that what looks at the
 * image finds no edge there: files have black, white or anything where they are transparent. Colours that are seen, however
 * little, stay as they are.
 *
 * Shares are summed up to ever coarser sizes and handed back down where they are missing. ("Pull-push", Gortler et al.,
 * "The Lumigraph", 1996.)
 *
 * @param pixels `[height · width · 4]`, red, green, blue and opacity from 0 to 255
 * @returns `[height · width · 3]`; white where nothing is seen anywhere
 */
export function fillTransparent(pixels: ArrayLike<number>, { height, width }: ImageSize): Float32Array {
  const data = new Float32Array(height * width * 4);
  for (let at = 0; at < data.length; at += 4) {
    const share = (pixels[at + 3] as number) / 255;
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = share * (pixels[at + channel] as number);
    }
    data[at + 3] = share;
  }
  const filled = completed({ height, width, data });
  for (let pixel = 0; pixel < height * width; pixel++) {
    if ((pixels[pixel * 4 + 3] as number) === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      filled[pixel * 3 + channel] = pixels[pixel * 4 + channel] as number;
    }
  }
  return filled;
}

/** Every pixel's colour: its own as far as it is known, and that of the next coarser size for the rest. */
function completed(known: Known): Float32Array {
  const { height, width, data } = known;
  const result = new Float32Array(height * width * 3);
  if (height === 1 && width === 1) {
    const share = data[3] as number;
    return result.map((_, channel) => (share > 0 ? (data[channel] as number) / share : 255));
  }
  const coarse = halved(known);
  const behind = completed(coarse);
  for (let y = 0; y < height; y++) {
    const rows = neighbours(y, coarse.height);
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const missing = 1 - (data[at * 4 + 3] as number);
      const columns = neighbours(x, coarse.width);
      for (let channel = 0; channel < 3; channel++) {
        const value = (row: number, column: number): number =>
          behind[(row * coarse.width + column) * 3 + channel] as number;
        const near = 0.75 * value(rows.near, columns.near) + 0.25 * value(rows.near, columns.far);
        const far = 0.75 * value(rows.far, columns.near) + 0.25 * value(rows.far, columns.far);
        const own = data[at * 4 + channel] as number;
        result[at * 3 + channel] = own + missing * (0.75 * near + 0.25 * far);
      }
    }
  }
  return result;
}

/** Of a position at half the size, the one that it lies in and the next on its side. */
function neighbours(at: number, count: number): { near: number; far: number } {
  const near = at >> 1;
  return { near, far: Math.min(count - 1, Math.max(0, near + (at % 2 === 0 ? -1 : 1))) };
}

/** At half the size: what is known of four pixels, of one together at most. */
function halved({ height, width, data }: Known): Known {
  const half = { height: Math.ceil(height / 2), width: Math.ceil(width / 2) };
  const sums = new Float32Array(half.height * half.width * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [(y * width + x) * 4, ((y >> 1) * half.width + (x >> 1)) * 4];
      for (let channel = 0; channel < 4; channel++) {
        sums[to + channel] = (sums[to + channel] as number) + (data[from + channel] as number);
      }
    }
  }
  for (let at = 0; at < sums.length; at += 4) {
    const share = sums[at + 3] as number;
    if (share <= 1) continue;
    for (let channel = 0; channel < 4; channel++) sums[at + channel] = (sums[at + channel] as number) / share;
  }
  return { ...half, data: sums };
}
