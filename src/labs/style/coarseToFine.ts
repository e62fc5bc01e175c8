import type { ImageSize } from "../../vision/pixels.js";

/** A network sees large forms in pictures that are hardly larger than its field of view, and nothing in smaller ones. */
const leastShorter = 96;

/**
 * Longer sides to paint at, each twice the one before, from the smallest whose shorter side has 96 pixels: a network paints no strokes
 * larger than its field of view, so that large ones come from small pictures. (Gatys et al. 2017, section 6.)
 *
 * @param size of the picture, for its proportions
 * @param longer the last of the sides, in pixels
 */
export function coarseToFine({ height, width }: ImageSize, longer: number): number[] {
  const shorter = (longer * Math.min(height, width)) / Math.max(height, width);
  return shorter / 2 < leastShorter
    ? [longer]
    : [...coarseToFine({ height, width }, Math.round(longer / 2)), longer];
}
