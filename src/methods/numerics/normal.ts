import { erfc } from "./erfc.js";

/** The share of a standard normal below z. */
export function normalCdf(z: number): number {
  return erfc(-z * Math.SQRT1_2) / 2;
}

/** The share of a standard normal from a to b, exact to its own digits also far from 0. */
export function normalMass(a: number, b: number): number {
  if (a > 0) return (erfc(a * Math.SQRT1_2) - erfc(b * Math.SQRT1_2)) / 2;
  if (b < 0) return (erfc(-b * Math.SQRT1_2) - erfc(-a * Math.SQRT1_2)) / 2;
  return 1 - (erfc(-a * Math.SQRT1_2) + erfc(b * Math.SQRT1_2)) / 2;
}

/**
 * The place below which a share p of a standard normal lies, for p above 0 and below 1: Halley's steps from a first guess
 * (Abramowitz and Stegun 26.2.22).
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  const tail = Math.sqrt(-2 * Math.log(p));
  let z = -(tail - (2.30753 + 0.27061 * tail) / (1 + tail * (0.99229 + 0.04481 * tail)));
  for (let step = 0; step < 4; step++) {
    const density = Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI);
    const off = (normalCdf(z) - p) / density;
    z -= off / (1 + (off * z) / 2);
  }
  return z;
}
