import { Cholesky, dot } from "./cholesky.js";
import { likeliestLevel } from "./level.js";
import type { TreeKernel } from "./treeKernel.js";

/** Below it a pivot of the factor is rounding, of the noise at most. */
const leastPivot = 1e-11;

/** No variance is less. */
const least = 1e-12;

/** The normal distribution of a value. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/**
 * A Gaussian process around a level that is learnt, which has seen some values (Rasmussen and Williams 2006, algorithm 2.1). Rows are added one by
 * one, at n² multiplications each, with the same result as all at once.
 */
export class GaussianProcess {
  readonly kernel: TreeKernel;
  readonly factor = new Cholesky();
  readonly #rows: Float64Array[] = [];
  /** K⁻¹ (y − level). */
  #alpha: Float64Array = new Float64Array(0);
  #level = 0;
  #levelShares: Float64Array = new Float64Array(0);
  #targets: Float64Array = new Float64Array(0);

  constructor(kernel: TreeKernel) {
    this.kernel = kernel;
  }

  get rows(): readonly Float64Array[] {
    return this.#rows;
  }

  /** K⁻¹ (y − level). */
  get alpha(): Float64Array {
    return this.#alpha;
  }

  /** By how much less the diagonal of K⁻¹ is where the level is counted in. */
  get levelShares(): Float64Array {
    return this.#levelShares;
  }

  get targets(): Float64Array {
    return this.#targets;
  }

  /** Adds a point; {@link observe} says afterwards what it gave. */
  add(row: Float64Array): void {
    const { scale, noise } = this.kernel.hyperparameters;
    this.factor.extend(this.covariances(row), scale + noise, leastPivot);
    this.#rows.push(row);
  }

  /** Forgets all points but the first `size`. */
  truncate(size: number): void {
    this.#rows.length = Math.min(size, this.#rows.length);
    this.factor.truncate(size);
  }

  /** Tells the values of all points. */
  observe(targets: Float64Array): void {
    this.#targets = targets;
    const { level, alpha, shares } = likeliestLevel(this.factor, targets);
    this.#level = level;
    this.#alpha = alpha;
    this.#levelShares = shares;
  }

  /** The kernel between a row and each point's. */
  covariances(row: Float64Array, into = new Float64Array(this.#rows.length)): Float64Array {
    for (let i = 0; i < this.#rows.length; i++) into[i] = this.kernel.between(row, this.#rows[i]!);
    return into;
  }

  /** What is expected of a point. */
  mean(row: Float64Array): number {
    return this.meanOf(this.covariances(row));
  }

  /** Of the function, without its noise. */
  predict(row: Float64Array): Prediction {
    const values = this.covariances(row);
    const mean = this.meanOf(values);
    return { mean, variance: this.varianceOf(values) };
  }

  meanOf(covariances: Float64Array): number {
    return this.#level + dot(covariances, 0, this.#alpha, 0, this.#alpha.length);
  }

  /**
   * Overwrites what it is given by L⁻¹ k.
   *
   * @param isEnough is asked on the way with the variance that the first points alone leave, which is never less: where it
   *   says so, that is returned
   */
  varianceOf(covariances: Float64Array, isEnough?: (variance: number) => boolean): number {
    const n = covariances.length;
    let left = this.kernel.hyperparameters.scale;
    for (let quarter = 1, from = 0; quarter <= 4; quarter++) {
      const to = Math.floor((n * quarter) / 4);
      this.factor.forward(covariances, from, to);
      left -= dot(covariances, from, covariances, from, to - from);
      if (quarter < 4 && isEnough?.(Math.max(0, left) + least)) break;
      from = to;
    }
    return Math.max(0, left) + least;
  }
}
