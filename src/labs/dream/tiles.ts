import { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageSize, type Planes, sizeOfPlanes } from "../../vision/pixels.js";

/** How far neighbouring tiles overlap, in pixels: over that, one fades into the other. */
const overlap = 64;
/** Tiles begin at multiples of this from each other, so that strides up to it sample all of them alike. */
const alignment = 16;

/** Pixels on each side that every classifier of images takes; the least that a tile may be limited to. */
export const wideEnough = 128;

/** How tiles of one size lie along a side of an image. */
export interface TilesAlong {
  /** Size of each tile. */
  readonly tile: number;
  /** Where each tile begins when nothing is shifted. */
  readonly starts: readonly number[];
  /** For each tile the share of its pixels in the result, `[tile]`; where tiles overlap, shares add up to 1. */
  readonly shares: readonly Float32Array[];
}

/**
 * Lays tiles along `length` pixels so that they still cover them when all are shifted back by up to `jitter`. What
 * reaches over the image is filled by its mirror image. Tiles are of equal size, and hardly larger than needed.
 *
 * @param limit most pixels of a tile; at least 128
 */
export function tilesAlong(length: number, limit: number, jitter: number): TilesAlong {
  const whole = length + jitter;
  if (whole <= limit) return { tile: whole, starts: [0], shares: sharesOf([0], whole) };
  const longestStep = Math.floor((limit - overlap) / alignment) * alignment;
  const count = Math.ceil((whole - overlap) / longestStep);
  const step = Math.ceil((whole - overlap) / count / alignment) * alignment;
  const starts = Array.from({ length: count }, (_, index) => index * step);
  return { tile: step + overlap, starts, shares: sharesOf(starts, step + overlap) };
}

/**
 * The same with tiles of exactly `tile` pixels, for networks that take no others. They overlap by as much as tiles do,
 * or by half of one.
 */
export function fixedTilesAlong(length: number, tile: number, jitter: number): TilesAlong {
  const free = tile - Math.min(overlap, tile >> 1);
  const step = free < alignment ? free : Math.floor(free / alignment) * alignment;
  const count = Math.max(1, Math.ceil((length + jitter - tile) / step) + 1);
  const starts = Array.from({ length: count }, (_, index) => index * step);
  return { tile, starts, shares: sharesOf(starts, tile) };
}

function sharesOf(starts: readonly number[], tile: number): Float32Array[] {
  const last = starts.length - 1;
  const shares = starts.map((_, index) =>
    Float32Array.from({ length: tile }, (_, at) => {
      const rising = index === 0 ? 1 : (at + 0.5) / overlap;
      const falling = index === last ? 1 : (tile - at - 0.5) / overlap;
      return Math.min(1, rising, falling);
    }),
  );
  const total = new Float32Array((starts[last] as number) + tile);
  const each = (visit: (share: Float32Array, at: number, place: number) => void): void => {
    shares.forEach((share, index) => {
      for (let at = 0; at < tile; at++) visit(share, at, (starts[index] as number) + at);
    });
  };
  each((share, at, place) => {
    total[place] = (total[place] as number) + (share[at] as number);
  });
  each((share, at, place) => {
    share[at] = (share[at] as number) / (total[place] as number);
  });
  return shares;
}

/** Copies the tile at `top`, `left` of an image that is continued by its mirror image. */
export function readTile(image: Planes, top: number, left: number, tile: Planes): void {
  const from = sizeOfPlanes(image);
  const to = sizeOfPlanes(tile);
  const first = Math.min(to.width, Math.max(0, -left));
  const end = Math.max(first, Math.min(to.width, from.width - left));
  const copyMirrored = (line: number, at: number, begin: number, behind: number): void => {
    for (let column = begin; column < behind; column++) {
      tile.data[at + column] = image.data[line + mirrored(left + column, from.width)] as number;
    }
  };
  for (let row = 0; row < 3 * to.height; row++) {
    const [channel, at] = [Math.floor(row / to.height), row * to.width];
    const line = (channel * from.height + mirrored(top + (row % to.height), from.height)) * from.width;
    copyMirrored(line, at, 0, first);
    tile.data.set(image.data.subarray(line + left + first, line + left + end), at + first);
    copyMirrored(line, at, end, to.width);
  }
}

/** The part of a tile at `top`, `left` that lies in an image as large as `result`. */
function cropTile(result: Planes, top: number, left: number, tile: Planes): void {
  const to = sizeOfPlanes(result);
  const from = sizeOfPlanes(tile);
  for (let row = 0; row < 3 * to.height; row++) {
    const [channel, within] = [Math.floor(row / to.height), row % to.height];
    const start = (channel * from.height + within - top) * from.width - left;
    result.data.set(tile.data.subarray(start, start + to.width), row * to.width);
  }
}

/** Adds the shares of a tile at `top`, `left` to an image; what lies outside is dropped. */
export function addTile(
  image: Planes,
  top: number,
  left: number,
  tile: Planes,
  shares: { readonly down: Float32Array; readonly right: Float32Array },
): void {
  const to = sizeOfPlanes(image);
  const from = sizeOfPlanes(tile);
  const firstColumn = Math.max(0, -left);
  const endColumn = Math.min(from.width, to.width - left);
  for (let channel = 0; channel < 3; channel++) {
    for (let row = Math.max(0, -top); row < Math.min(from.height, to.height - top); row++) {
      const source = (channel * from.height + row) * from.width;
      const target = (channel * to.height + top + row) * to.width + left;
      const share = shares.down[row] as number;
      for (let column = firstColumn; column < endColumn; column++) {
        const value = (tile.data[source + column] as number) * share * (shares.right[column] as number);
        image.data[target + column] = (image.data[target + column] as number) + value;
      }
    }
  }
}

/** The place in `0 … size - 1` that shows at `place` when the image is mirrored at its outermost pixels. */
export function mirrored(place: number, size: number): number {
  const period = Math.max(1, 2 * (size - 1));
  const inPeriod = ((place % period) + period) % period;
  return inPeriod < size ? inPeriod : period - inPeriod;
}

/** Tiles over a whole image. */
export class TileGrid {
  readonly down: TilesAlong;
  readonly right: TilesAlong;

  /** @param limit most pixels of a tile's sides, or the one size that tiles may have */
  constructor(image: ImageSize, limit: number | ImageSize, jitter: number) {
    const along = (side: keyof ImageSize): TilesAlong =>
      typeof limit === "number"
        ? tilesAlong(image[side], limit, jitter)
        : fixedTilesAlong(image[side], limit[side], jitter);
    this.down = along("height");
    this.right = along("width");
  }

  get tile(): ImageSize {
    return { height: this.down.tile, width: this.right.tile };
  }

  get count(): number {
    return this.down.starts.length * this.right.starts.length;
  }

  /**
   * Puts together what `answer` makes of each tile of an image.
   *
   * @param shift by how much all tiles are moved back, down and to the right, from 0 to the jitter
   * @param tile filled with each tile before `answer` is called
   * @param answer a result of the tile's size, which may be overwritten by the next
   */
  async gather(
    image: Planes,
    shift: readonly [down: number, right: number],
    tile: Planes,
    answer: () => Promise<Planes>,
  ): Promise<Planes> {
    const result: Planes = Tensor.zeros(image.shape);
    for (const [row, start] of this.down.starts.entries()) {
      const down = this.down.shares[row] as Float32Array;
      for (const [column, begin] of this.right.starts.entries()) {
        const right = this.right.shares[column] as Float32Array;
        const [top, left] = [start - shift[0], begin - shift[1]];
        readTile(image, top, left, tile);
        const found = await answer();
        if (this.count === 1) cropTile(result, top, left, found);
        else addTile(result, top, left, found, { down, right });
      }
    }
    return result;
  }
}
