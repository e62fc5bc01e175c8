import type { ImageSize, Planes } from "../vision/pixels.js";
import { sizeOfPlanes } from "../vision/pixels.js";

/** Where tiles of one size begin, so that they cover a length; the last ones overlap where it does not divide. */
export function tileStarts(length: number, tile: number): number[] {
  if (tile >= length) return [0];
  const count = Math.ceil(length / tile);
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - tile)) / (count - 1)));
}

/** Copies the tile at `top`, `left` of an image that is continued cyclically. */
export function readTile(image: Planes, top: number, left: number, tile: Planes): void {
  eachRow(image, top, left, sizeOfPlanes(tile), (from, at, count) => {
    tile.data.set(image.data.subarray(from, from + count), at);
  });
}

/** Adds a tile to an image that is continued cyclically. */
export function addTile(image: Planes, top: number, left: number, tile: Planes): void {
  eachRow(image, top, left, sizeOfPlanes(tile), (to, at, count) => {
    for (let i = 0; i < count; i++)
      image.data[to + i] = (image.data[to + i] as number) + (tile.data[at + i] as number);
  });
}

/** Calls `visit` with each run of neighbouring pixels: its place in the image, in the tile, and its length. */
function eachRow(
  image: Planes,
  top: number,
  left: number,
  tile: ImageSize,
  visit: (inImage: number, inTile: number, count: number) => void,
): void {
  const { height, width } = sizeOfPlanes(image);
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row < tile.height; row++) {
      const y = modulo(top + row, height);
      const line = (channel * height + y) * width;
      const target = (channel * tile.height + row) * tile.width;
      let done = 0;
      while (done < tile.width) {
        const x = modulo(left + done, width);
        const count = Math.min(tile.width - done, width - x);
        visit(line + x, target + done, count);
        done += count;
      }
    }
  }
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}
