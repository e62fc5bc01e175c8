import { betaQuantile } from "../../numerics/incompleteBeta.js";

/**
 * In which the chance lies of what happened in some of several cases: of Clopper and Pearson (1934), which holds the true one at
 * least as often as it says.
 *
 * @param confidence above 0 and below 1
 */
export function binomialInterval(
  happened: number,
  cases: number,
  confidence: number,
): readonly [low: number, high: number] {
  const tail = (1 - confidence) / 2;
  const low = happened === 0 ? 0 : betaQuantile(tail, happened, cases - happened + 1);
  const high = happened === cases ? 1 : betaQuantile(1 - tail, happened + 1, cases - happened);
  return [low, high];
}
