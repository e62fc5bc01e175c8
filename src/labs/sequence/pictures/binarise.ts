import { having, oneOf } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { GreyPictures } from "./readIdx.js";

/** How grey becomes black and white; nats of one way say nothing of the other. */
export type Binarisation = "drawn" | "threshold";

/**
 * Pictures in black and white: each pixel drawn once with the probability v / 255 that it is ink, or ink where v is above 127.
 *
 * @param how `drawn` or `threshold`
 * @param seed what pixels are drawn from, a whole number from 0
 * @returns 1 where there is ink, 0 elsewhere, in the order of the pixels
 */
export function binarise(pictures: GreyPictures, how: Binarisation, seed: number): Uint8Array {
  const { pixels } = having<GreyPictures>("grey pictures, as readIdx gives them", "pixels").read(
    "binarise",
    "pictures",
    pictures,
  );
  oneOf<Binarisation>(["drawn", "threshold"]).read("binarise", "how", how);
  if (how === "threshold") return pixels.map((value) => (value > 127 ? 1 : 0));
  const random = new Generator(seed).split("binarise");
  // Draws from 0 to below 1: a pixel of 255 is always ink, one of 0 never.
  return pixels.map((value) => (random.uniform() * 255 < value ? 1 : 0));
}
