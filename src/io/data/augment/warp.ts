import { applyColouring, colouringOf } from "./colour.js";
import type { Change } from "./draw.js";

/**
 * One resampling for all that moves pixels (bilinear, what lies beyond the edges reflected), and the colours thereafter.
 *
 * @param pixels RGB, uint8 `[height, width, 3]`
 * @param out where the changed picture goes, of as many elements
 */
export function changePicture(
  pixels: Uint8Array,
  [height, width]: readonly [number, number],
  change: Change,
  out: Float32Array,
): void {
  if (change.turn === 0) straight(pixels, height, width, change, out);
  else turned(pixels, height, width, change, out);
  applyColouring(out, colouringOf(pixels, change));
}

/** The place that a coordinate beyond the edges is reflected to; the edge's own pixel counts twice. */
function reflected(place: number, size: number): number {
  if (place >= 0 && place < size) return place;
  const period = 2 * size;
  const within = ((place % period) + period) % period;
  return within < size ? within : period - 1 - within;
}

/** Where rows, or columns, come from: two neighbours, as offsets, and how much of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
  /** Whether nothing is between two. */
  readonly areWhole: boolean;
}

/** Rows, or columns, without a turn: each direction by itself. */
function tapsOf(size: number, isMirrored: boolean, shift: number, zoom: number, step: number): Taps {
  const taps = { first: new Int32Array(size), second: new Int32Array(size), share: new Float32Array(size) };
  const middle = (size - 1) / 2;
  let areWhole = true;
  for (let index = 0; index < size; index++) {
    const away = (index - middle - shift) / zoom;
    const place = middle + (isMirrored ? -away : away);
    const nearest = Math.round(place);
    // What is whole but for rounding is not resampled.
    const isWhole = Math.abs(place - nearest) < 1e-6;
    const from = isWhole ? nearest : Math.floor(place);
    taps.first[index] = reflected(from, size) * step;
    taps.second[index] = reflected(from + 1, size) * step;
    taps.share[index] = isWhole ? 0 : place - from;
    areWhole &&= isWhole;
  }
  return { ...taps, areWhole };
}

function straight(
  pixels: Uint8Array,
  height: number,
  width: number,
  { mirror, shift, zoom }: Change,
  out: Float32Array,
): void {
  // Without a zoom, a shift by whole pixels does as well, and nothing need be resampled.
  const moved = (part: number, size: number): number => (zoom === 1 ? Math.round(part * size) : part * size);
  const rows = tapsOf(height, mirror[1], moved(shift[0], height), zoom, width * 3);
  const columns = tapsOf(width, mirror[0], moved(shift[1], width), zoom, 3);
  if (rows.areWhole && columns.areWhole) {
    pick(pixels, rows.first, columns.first, out);
    return;
  }
  const line = new Float32Array(width * 3);
  for (let row = 0; row < height; row++) {
    betweenRows(pixels, rows.first[row]!, rows.second[row]!, rows.share[row]!, line);
    betweenColumns(line, columns, out, row * width * 3);
  }
}

/** Pixels that stand elsewhere, and are as they were. */
function pick(pixels: Uint8Array, rows: Int32Array, columns: Int32Array, out: Float32Array): void {
  const height = rows.length;
  const width = columns.length;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const start = rows[row]!;
    for (let column = 0; column < width; column++) {
      const place = start + columns[column]!;
      out[to] = pixels[place]!;
      out[to + 1] = pixels[place + 1]!;
      out[to + 2] = pixels[place + 2]!;
      to += 3;
    }
  }
}

function betweenRows(
  pixels: Uint8Array,
  above: number,
  beneath: number,
  down: number,
  line: Float32Array,
): void {
  const { length } = line;
  for (let at = 0; at < length; at++) {
    const value = pixels[above + at]!;
    line[at] = value + down * (pixels[beneath + at]! - value);
  }
}

function betweenColumns(line: Float32Array, columns: Taps, out: Float32Array, from: number): void {
  const { first, second, share } = columns;
  const count = first.length;
  let to = from;
  for (let column = 0; column < count; column++) {
    const left = first[column]!;
    const right = second[column]!;
    const part = share[column]!;
    const red = line[left]!;
    const green = line[left + 1]!;
    const blue = line[left + 2]!;
    out[to] = red + part * (line[right]! - red);
    out[to + 1] = green + part * (line[right + 1]! - green);
    out[to + 2] = blue + part * (line[right + 2]! - blue);
    to += 3;
  }
}

function turned(
  pixels: Uint8Array,
  height: number,
  width: number,
  { mirror, shift, zoom, turn }: Change,
  out: Float32Array,
): void {
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const across = (mirror[0] ? -1 : 1) / zoom;
  const along = (mirror[1] ? -1 : 1) / zoom;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const line = width * 3;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const y = row - middleRow - shift[0] * height;
    for (let column = 0; column < width; column++) {
      const x = column - middleColumn - shift[1] * width;
      const placeX = middleColumn + across * (cos * x - sin * y);
      const placeY = middleRow + along * (sin * x + cos * y);
      const floorX = Math.floor(placeX);
      const floorY = Math.floor(placeY);
      let a: number;
      let b: number;
      let c: number;
      let d: number;
      if (floorX >= 0 && floorY >= 0 && floorX + 1 < width && floorY + 1 < height) {
        a = floorY * line + floorX * 3;
        b = a + 3;
        c = a + line;
        d = c + 3;
      } else {
        const left = reflected(floorX, width) * 3;
        const right = reflected(floorX + 1, width) * 3;
        a = reflected(floorY, height) * line + left;
        b = a - left + right;
        c = reflected(floorY + 1, height) * line + left;
        d = c - left + right;
      }
      const wx = placeX - floorX;
      const wy = placeY - floorY;
      const wd = wx * wy;
      const wc = wy - wd;
      const wb = wx - wd;
      const wa = 1 - wx - wc;
      out[to] = wa * pixels[a]! + wb * pixels[b]! + wc * pixels[c]! + wd * pixels[d]!;
      out[to + 1] = wa * pixels[a + 1]! + wb * pixels[b + 1]! + wc * pixels[c + 1]! + wd * pixels[d + 1]!;
      out[to + 2] = wa * pixels[a + 2]! + wb * pixels[b + 2]! + wc * pixels[c + 2]! + wd * pixels[d + 2]!;
      to += 3;
    }
  }
}
