import type { Cholesky } from "./cholesky.js";

/** How sure it is, before anything is seen, that the level is the mean of the targets, which is 0. */
const precision = 1;

/**
 * Where a function lies far from all that is known of it, given values y of variance K and a prior N(0, 1 / p) of the level:
 * 1ᵀ K⁻¹ y / (1ᵀ K⁻¹ 1 + p). The mean of the values is not that: a search has most of them where the function is good, and
 * would then expect as much of every corner in which it has not been.
 */
export function likeliestLevel(
  factor: Cholesky,
  targets: Float64Array,
): {
  readonly level: number;
  readonly alpha: Float64Array;
  readonly penalty: number;
  readonly shares: Float64Array;
} {
  const alpha = Float64Array.from(targets);
  factor.forward(alpha);
  factor.backward(alpha);
  const ones = new Float64Array(targets.length).fill(1);
  factor.forward(ones);
  factor.backward(ones);
  let [above, below] = [0, precision];
  for (let i = 0; i < ones.length; i++) {
    above += alpha[i]!;
    below += ones[i]!;
  }
  const level = above / below;
  for (let i = 0; i < ones.length; i++) alpha[i] = alpha[i]! - level * ones[i]!;
  // (K + 1 1ᵀ / p)⁻¹ = K⁻¹ − K⁻¹ 1 1ᵀ K⁻¹ / (1ᵀ K⁻¹ 1 + p)
  const shares = ones.map((one) => (one * one) / below);
  return { level, alpha, penalty: (precision * level * level) / 2, shares };
}
