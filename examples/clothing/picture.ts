import type { Generator } from "../../src/index.js";
import type { Garment } from "./rule.js";

/** Pixels of a side. */
export const side = 16;

/** Whether a garment covers a place, whose middle is 0, 0; rows from -6 to 5, columns alike. */
const covers: readonly ((row: number, column: number) => boolean)[] = [
  // A T-shirt: a trunk, and sleeves at its top.
  (row, column) => row >= -5 && row < 4 && column >= (row < -2 ? -6 : -3) && column < (row < -2 ? 6 : 3),
  // Trousers: two legs from the third row on.
  (row, column) => column >= -4 && column < 4 && (row < -3 || column < -1 || column >= 1),
  // A dress: wider from row to row.
  (row, column) => Math.abs(column + 0.5) < 2 + (row + 6) * 0.35,
  // A coat: broad, with sleeves almost to its hem and a dark opening in front.
  (row, column) => column >= (row < 3 ? -6 : -4) && column < (row < 3 ? 6 : 4) && column !== 0,
];

/** Red, green and blue from 0 to 1, `[side, side, 3]`: a garment of some colour near the middle, on a grey ground. */
export function draw(garment: Garment, random: Generator): Float32Array {
  const pixels = Float32Array.from({ length: side * side * 3 }, () => 0.75 + 0.04 * random.normal());
  const colour = [0, 1, 2].map(() => 0.25 + 0.35 * random.uniform());
  const [down, right] = [side / 2 + random.integer(3) - 1, side / 2 + random.integer(3) - 1];
  const inside: number[] = [];
  for (let row = -6; row < 6; row++) {
    for (let column = -6; column < 6; column++) {
      if (!covers[garment.kind]?.(row, column)) continue;
      const light = isLight(garment.pattern, row, column) ? 0.3 : 0;
      const place = (row + down) * side + column + right;
      inside.push(place);
      paint(pixels, place, (channel) => (colour[channel] as number) + light + 0.04 * random.normal());
    }
  }
  if (garment.stained === 1) stain(pixels, inside, random);
  return pixels;
}

/** Stripes are every third row, dots every third pixel of every third row. */
function isLight(pattern: number, row: number, column: number): boolean {
  const third = (place: number): boolean => (place + 6) % 3 === 1;
  return pattern === 1 ? third(row) : pattern === 2 && third(row) && third(column);
}

/** A dark spot of two by two pixels, its first one on the garment. */
function stain(pixels: Float32Array, inside: readonly number[], random: Generator): void {
  const corner = inside[random.integer(inside.length)] as number;
  for (const place of [corner, corner - 1, corner - side, corner - side - 1]) {
    paint(pixels, place, (channel) => [0.12, 0.07, 0.02][channel] as number);
  }
}

function paint(pixels: Float32Array, place: number, value: (channel: number) => number): void {
  for (let channel = 0; channel < 3; channel++) pixels[3 * place + channel] = value(channel);
}
