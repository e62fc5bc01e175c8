/**
 * A logarithm and a cosine made of additions, multiplications and divisions only. IEEE 754 fixes those to the
 * last bit, while it leaves `Math.log` and `Math.cos` to each engine, and a seed must give the same weights on
 * every machine.
 */

/**
 * The natural logarithm, with a relative error of a few units of 2⁻⁵³.
 *
 * @param x Positive and finite, and not subnormal.
 */
export function log(x: number): number {
  // x = m · 2^exponent with m from sqrt(1/2) to sqrt(2), where the series converges fast. Scaling by 2 is exact.
  let exponent = 0;
  let m = x;
  while (m > Math.SQRT2) {
    m *= 0.5;
    exponent++;
  }
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent--;
  }
  // log m = 2 atanh s = 2 (s + s³/3 + s⁵/5 + …), and s is at most 0.172: what is left out is under 2^-57.
  const s = (m - 1) / (m + 1);
  const q = s * s;
  const high = 1 / 13 + q * (1 / 15 + q * (1 / 17 + q * (1 / 19 + q / 21)));
  const series = 1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * high)))));
  return exponent * Math.LN2 + 2 * s * series;
}

/**
 * The cosine of a number of turns, `cos(2πt)`, with an absolute error under 4e-16.
 *
 * @param t From 0 to 1.
 */
export function cosineOfTurns(t: number): number {
  // Folded to the first quarter turn, where the cosine falls from 1 to 0. The subtractions are exact.
  const half = t > 0.5 ? 1 - t : t;
  const sign = half > 0.25 ? -1 : 1;
  const quarter = half > 0.25 ? 0.5 - half : half;

  if (quarter <= 0.125) {
    const angle = 2 * Math.PI * quarter;
    const q = -angle * angle;
    // 1 - angle²/2! + angle⁴/4! - …, each factor one step of the factorial, to angle¹⁸.
    const high = 1 + (q / 132) * (1 + (q / 182) * (1 + (q / 240) * (1 + q / 306)));
    return sign * (1 + (q / 2) * (1 + (q / 12) * (1 + (q / 30) * (1 + (q / 56) * (1 + (q / 90) * high)))));
  }
  // Near a quarter turn the sine of the rest is the more accurate series: angle - angle³/3! + …, to angle¹⁷.
  const angle = 2 * Math.PI * (0.25 - quarter);
  const q = -angle * angle;
  const high = 1 + (q / 110) * (1 + (q / 156) * (1 + (q / 210) * (1 + q / 272)));
  return sign * angle * (1 + (q / 6) * (1 + (q / 20) * (1 + (q / 42) * (1 + (q / 72) * high))));
}
