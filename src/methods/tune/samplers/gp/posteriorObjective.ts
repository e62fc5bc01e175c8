import { Cholesky } from "./cholesky.js";
import type { Encoding } from "./encoding.js";
import type { HyperparameterVector } from "./hyperparameterVector.js";
import { likeliestLevel } from "./level.js";
import { TreeKernel } from "./treeKernel.js";

/** Below it a pivot is rounding. */
const leastPivot = 1e-12;

/**
 * Minus the logarithm of the probability of targets and hyper-parameters, and its gradient by the vector of the latter:
 * ½ yᵀ K⁻¹ y + ½ log det K − log prior, with derivatives −½ Σ_ij (α αᵀ − K⁻¹)_ij dK_ij, α = K⁻¹ y (Rasmussen and Williams,
 * "Gaussian processes for machine learning", 2006, equation 5.9).
 */
export function minusLogPosterior(
  encoding: Encoding,
  rows: readonly Float64Array[],
  targets: Float64Array,
  layout: HyperparameterVector,
): (vector: Float64Array, gradient: Float64Array) => number {
  const n = rows.length;
  const values = new Float64Array(n);
  return (vector, gradient) => {
    const hyperparameters = layout.read(vector);
    const kernel = new TreeKernel(encoding, hyperparameters);
    const factor = new Cholesky();
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) values[j] = kernel.between(rows[i]!, rows[j]!);
      const diagonal = hyperparameters.scale + hyperparameters.noise;
      if (!factor.extend(values, diagonal, leastPivot)) return Number.POSITIVE_INFINITY;
    }
    const { level, alpha, penalty } = likeliestLevel(factor, targets);
    let fit = 0;
    for (let i = 0; i < n; i++) fit += (targets[i]! - level) * alpha[i]!;
    gradient.fill(0);
    const slopes = slopesOf(kernel, rows, alpha, factor.inverse());
    const prior = layout.finish(vector, slopes, gradient);
    return fit / 2 + penalty + factor.logDeterminant() / 2 - prior;
  };
}

/** Derivatives of the log likelihood. */
export interface LikelihoodSlopes {
  readonly byInverseSquares: Float64Array;
  readonly byLogScale: number;
  readonly byNoise: number;
  readonly byRho: number;
}

function slopesOf(
  kernel: TreeKernel,
  rows: readonly Float64Array[],
  alpha: Float64Array,
  inverse: Float64Array,
): LikelihoodSlopes {
  const { scale } = kernel.hyperparameters;
  const byInverseSquares = new Float64Array(kernel.width);
  let [byScale, byNoise, byRho] = [0, 0, 0];
  let place = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      // Both (i, j) and (j, i), and the half of the likelihood.
      const weight = alpha[i]! * alpha[j]! - inverse[place++]!;
      const weighted = weight * kernel.withSlopes(rows[i]!, rows[j]!);
      byScale += weighted;
      byRho += weighted * kernel.rhoSlope;
      kernel.addInverseSquareSlopes(rows[i]!, rows[j]!, weighted, byInverseSquares);
    }
    const own = (alpha[i]! * alpha[i]! - inverse[place++]!) / 2;
    byScale += own * scale;
    byNoise += own;
  }
  return { byInverseSquares, byLogScale: byScale, byNoise, byRho };
}
