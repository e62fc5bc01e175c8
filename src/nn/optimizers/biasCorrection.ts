import { kept } from "./average.js";

/**
 * 1 − `keep`^step, with what {@link kept} makes of `keep`: what an average that began with 0 has to be divided by.
 *
 * @param keep from 0 to below 1
 * @param step from 1
 */
export function biasCorrection(keep: number, step: number): number {
  // Where keep is near 1, taking the power from 1 would lose half of the digits.
  return -Math.expm1(step * Math.log(kept(keep)));
}
