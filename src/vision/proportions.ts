import type { ImageSize } from "./pixels.js";

/** What rounding to whole pixels may change, of the ratio of the sides. */
const tolerance = 0.02;

/** Whether two images have the same proportions, but for what rounding to whole pixels makes of them. */
export function haveSameProportions(one: ImageSize, other: ImageSize): boolean {
  const ratio = (one.width / one.height) * (other.height / other.width);
  return Math.abs(Math.log(ratio)) <= tolerance;
}
