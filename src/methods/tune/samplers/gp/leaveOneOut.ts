import { ranksOf } from "../../../numerics/ranks.js";
import type { GaussianProcess } from "./gaussianProcess.js";

/**
 * What the process, with its hyper-parameters as they are, would have expected of each value without having seen it:
 * y_i − [K⁻¹ y]_i / [K⁻¹]_ii (Rasmussen and Williams 2006, equation 5.12), K with the variance of the level.
 */
export function leaveOneOut(surrogate: GaussianProcess): number[] {
  const inverse = surrogate.factor.inverse();
  return Array.from(surrogate.targets, (target, i) => {
    const diagonal = (inverse[(i * (i + 1)) / 2 + i] as number) - (surrogate.levelShares[i] as number);
    return target - (surrogate.alpha[i] as number) / diagonal;
  });
}

/** Spearman's correlation: that of the ranks, equal values sharing theirs; 0 where all are equal. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ranksA, ranksB] = [ranksOf(a), ranksOf(b)];
  const middle = (a.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [ranksA[i]! - middle, ranksB[i]! - middle];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
