import { logGamma } from "./logGamma.js";

/**
 * The share of a beta distribution below x (the regularised incomplete beta function), by its continued fraction (DLMF 8.17.22),
 * which converges fast below the mean; above it by the share of the mirrored distribution.
 *
 * @param a above 0
 * @param b above 0
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return Math.exp(front) / (a * fraction(x, a, b));
}

/** By Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let [c, d] = [1, 0];
  for (let place = 1; place <= places; place++) {
    const m = place >> 1;
    const term =
      place % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFrom0(1 + term * d);
    c = awayFrom0(1 + term / c);
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return value;
}

/** The root of the largest parameter is about how many are needed. */
const places = 100_000;

const awayFrom0 = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/**
 * The place below which a share of a beta distribution lies: halved until no number lies between.
 *
 * @param share from 0 to 1
 */
export function betaQuantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (incompleteBeta(middle, a, b) < share) low = middle;
    else high = middle;
  }
}
