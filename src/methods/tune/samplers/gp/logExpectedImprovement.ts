import { scaledErfc } from "../../../numerics/erfc.js";
import { normalCdf } from "../../../numerics/normal.js";

const logRoot2Pi = 0.5 * Math.log(2 * Math.PI);
const rootHalfPi = Math.sqrt(Math.PI / 2);

/**
 * The logarithm of h(z) = z Φ(z) + φ(z), by which a normal variable of deviation 1 is expected to be better than one z above
 * its mean: Ament et al., "Unexpected improvements to expected improvement", 2023. Below 0 by way of h / φ, of which nothing
 * underflows; far below 0, where 1 + z Φ / φ cancels, by the series 1/z² − 3/z⁴ + 15/z⁶ − …
 */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(z * normalCdf(z) + Math.exp((-z * z) / 2 - logRoot2Pi));
  return (-z * z) / 2 - logRoot2Pi + Math.log(improvementShare(z));
}

/** h(z) / φ(z) below 0. */
function improvementShare(z: number): number {
  if (z > -15) return 1 + z * rootHalfPi * scaledErfc(-z * Math.SQRT1_2);
  const inverse = 1 / (z * z);
  let [term, sum] = [inverse, inverse];
  for (let k = 1; k < 24 && Math.abs(term) > 1e-17 * sum; k++) {
    term *= -(2 * k + 1) * inverse;
    sum += term;
  }
  return sum;
}

/** The logarithm of the improvement over `best`, downwards, that is expected of a normal variable. */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  return Math.log(deviation) + logImprovement((best - mean) / deviation);
}

/** The same with its derivatives by the mean and by the deviation. */
export function logExpectedImprovementSlopes(
  mean: number,
  deviation: number,
  best: number,
): { readonly value: number; readonly byMean: number; readonly byDeviation: number } {
  const z = (best - mean) / deviation;
  const value = Math.log(deviation) + logImprovement(z);
  if (z > -1) {
    const density = Math.exp((-z * z) / 2 - logRoot2Pi);
    const cumulative = normalCdf(z);
    const whole = (z * cumulative + density) * deviation;
    return { value, byMean: -cumulative / whole, byDeviation: density / whole };
  }
  const share = improvementShare(z) * deviation;
  return { value, byMean: (-rootHalfPi * scaledErfc(-z * Math.SQRT1_2)) / share, byDeviation: 1 / share };
}
