import type { GaussianProcess } from "./gaussianProcess.js";
import { logExpectedImprovement, logExpectedImprovementSlopes } from "./logExpectedImprovement.js";

/** The logarithm of the improvement that a Gaussian process expects of a point. */
export class Acquisition {
  readonly surrogate: GaussianProcess;
  readonly #best: number;
  readonly #covariances: Float64Array<ArrayBuffer>;
  readonly #weights: Float64Array;
  readonly #slopes: Float64Array;

  constructor(surrogate: GaussianProcess, best: number) {
    this.surrogate = surrogate;
    this.#best = best;
    this.#covariances = new Float64Array(surrogate.rows.length);
    this.#weights = new Float64Array(surrogate.rows.length);
    this.#slopes = new Float64Array(surrogate.kernel.width);
  }

  /** @param least below it the value is of no interest: a bound of it is as good */
  value(row: Float64Array, least = Number.NEGATIVE_INFINITY): number {
    return this.valueOf(this.surrogate.covariances(row, this.#covariances), least);
  }

  /** The same of a row's covariances, which are overwritten. */
  valueOf(covariances: Float64Array, least: number): number {
    const { surrogate } = this;
    const mean = surrogate.meanOf(covariances);
    const of = (variance: number): number => logExpectedImprovement(mean, Math.sqrt(variance), this.#best);
    const isLess = (variance: number): boolean => of(variance) < least;
    return of(surrogate.varianceOf(covariances, least > Number.NEGATIVE_INFINITY ? isLess : undefined));
  }

  /** What the value is not above: with the variance that the nearest point alone would leave. */
  boundOf(covariances: Float64Array): number {
    const { surrogate } = this;
    const { scale, noise } = surrogate.kernel.hyperparameters;
    let nearest = 0;
    for (let i = 0; i < covariances.length; i++) nearest = Math.max(nearest, covariances[i]!);
    const most = Math.max(0, scale - (nearest * nearest) / (scale + noise)) + 1e-12;
    // A little more, for rounding.
    return logExpectedImprovement(surrogate.meanOf(covariances), Math.sqrt(most), this.#best) + 1e-9;
  }

  /** The value; its derivatives by the row's numbers at some places are written into `gradient`. */
  valueAndSlopes(row: Float64Array, places: readonly number[], gradient: Float64Array): number {
    const { surrogate } = this;
    const { kernel, rows } = surrogate;
    const covariances = surrogate.covariances(row, this.#covariances);
    const mean = surrogate.meanOf(covariances);
    const weights = this.#weights;
    weights.set(covariances);
    const deviation = Math.sqrt(surrogate.varianceOf(weights));
    surrogate.factor.backward(weights);
    const { value, byMean, byDeviation } = logExpectedImprovementSlopes(mean, deviation, this.#best);
    gradient.fill(0);
    const slopes = this.#slopes;
    for (let i = 0; i < rows.length; i++) {
      // dμ = Σ α_i dk_i, dσ = −Σ [K⁻¹ k]_i dk_i / σ
      const weight = byMean * surrogate.alpha[i]! - (byDeviation * weights[i]!) / deviation;
      const factor = weight * kernel.withSlopes(row, rows[i]!);
      kernel.rowSlopes(row, rows[i]!, slopes);
      for (let p = 0; p < places.length; p++) gradient[p] = gradient[p]! + factor * slopes[places[p]!]!;
    }
    return value;
  }
}
