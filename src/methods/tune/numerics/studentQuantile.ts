import { betaQuantile } from "../../numerics/incompleteBeta.js";
import { normalQuantile } from "../../numerics/normal.js";

/**
 * The place below which a share of Student's t distribution lies.
 *
 * @param share above 0 and below 1
 * @param degreesOfFreedom above 0; infinite gives the normal distribution
 */
export function studentQuantile(share: number, degreesOfFreedom: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, degreesOfFreedom);
  // Beyond, the two differ by less than the digits that the logarithms of gamma functions leave.
  if (degreesOfFreedom > 1e8) return normalQuantile(share);
  const y = betaQuantile(2 * share - 1, 0.5, degreesOfFreedom / 2);
  return Math.sqrt((degreesOfFreedom * y) / (1 - y));
}
