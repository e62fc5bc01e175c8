import { normalQuantile } from "../../../methods/numerics/normal.js";

/**
 * Where the chance lies of what happened in a share of several cases (Wilson 1927): unlike share ± error it stays within 0 and
 * 1, and has a width also where it happened never or always.
 *
 * @param share from 0 to 1
 * @param cases above 0; rows that count differently are fewer than they are many: (Σ w)² / Σ w²
 * @param confidence above 0 and below 1. Default: 0.95.
 */
export function wilsonInterval(
  share: number,
  cases: number,
  confidence = 0.95,
): readonly [low: number, high: number] {
  const z = normalQuantile((1 + confidence) / 2);
  const spread = z ** 2 / cases;
  const middle = share + spread / 2;
  const half = Math.sqrt(spread * share * (1 - share) + spread ** 2 / 4);
  return [Math.max(0, (middle - half) / (1 + spread)), Math.min(1, (middle + half) / (1 + spread))];
}
