import type { Encoding } from "./encoding.js";
import type { LikelihoodSlopes } from "./posteriorObjective.js";
import type { Hyperparameters } from "./treeKernel.js";

/** Noise where there is none: what keeps the matrix of equal points invertible. */
export const leastNoise = 1e-8;

const logBounds = { inverseSquares: [-9, 9], scale: [-5, 5], rho: [-4, 4], noise: [-14, 3] } as const;

/**
 * Hyper-parameters as a vector without bounds, logarithms (of ρ the logit), and their priors:
 *
 *     ℓ of numbers      log ℓ ~ N(log(d) / 2 − 1.15, 0.5), d numbers at most active together
 *     a of categories   log a ~ N(0, 1): kernels of different ones around 0.5
 *     scale, noise      Gamma(2, 1), Gamma(1.1, 30): as in Optuna 5
 *     logit ρ           N(0, 1)
 *
 * That ℓ grows with the dimension is from Hvarfner et al., "Vanilla Bayesian optimization performs great in high dimensions",
 * 2024. Their N(log(d) / 2 + √2, √3) takes parameters for irrelevant while trials are few, and then looks no more at them
 * (measured on Hartmann6 and Sphere10, where Optuna's prior and one with 0.9 do equally well, and far better; with 1.15 the
 * deepest well of Hartmann6 was found within 80 trials by 19 of 24 searches, with 0.9 by 17, which may be chance).
 */
export class HyperparameterVector {
  readonly length: number;
  readonly #width: number;
  readonly #rhoPlace: number | undefined;
  readonly #noisePlace: number | undefined;
  /** Mean of each log a, whose variance is 1. */
  readonly #means: Float64Array;

  /** @param extent what ℓ of numbers is measured by: the part of their ranges in which the trials lie */
  constructor({ dimensions, groups }: Encoding, together: number, noisy: boolean, extent = 1) {
    this.#width = dimensions.length;
    let length = this.#width + 1;
    if (groups.some(({ always }) => !always)) this.#rhoPlace = length++;
    if (noisy) this.#noisePlace = length++;
    this.length = length;
    // Of log a = −2 log ℓ.
    const mean = 2.3 - Math.log(Math.max(1, together)) - 2 * Math.log(extent);
    this.#means = Float64Array.from(dimensions, ({ kind }) => (kind === "category" ? 0 : mean));
  }

  /** Where a search begins. */
  start(): Float64Array {
    const vector = new Float64Array(this.length);
    vector.set(this.#means);
    if (this.#noisePlace !== undefined) vector[this.#noisePlace] = Math.log(0.01);
    return vector;
  }

  bounds(side: 0 | 1): Float64Array {
    const bounds = new Float64Array(this.length);
    bounds.set(this.#means.map((mean) => mean + logBounds.inverseSquares[side]));
    bounds[this.#width] = logBounds.scale[side];
    if (this.#rhoPlace !== undefined) bounds[this.#rhoPlace] = logBounds.rho[side];
    if (this.#noisePlace !== undefined) bounds[this.#noisePlace] = logBounds.noise[side];
    return bounds;
  }

  read(vector: Float64Array): Hyperparameters {
    const rho = this.#rhoPlace === undefined ? 0.5 : 1 / (1 + Math.exp(-vector[this.#rhoPlace]!));
    const noise = this.#noisePlace === undefined ? 0 : Math.exp(vector[this.#noisePlace]!);
    return {
      inverseSquares: vector.slice(0, this.#width).map(Math.exp),
      scale: Math.exp(vector[this.#width]!),
      noise: noise + leastNoise,
      rho,
    };
  }

  /** The logarithm of the priors; minus its gradient and that of the likelihood is written into `gradient`. */
  finish(vector: Float64Array, slopes: LikelihoodSlopes, gradient: Float64Array): number {
    let prior = 0;
    for (let d = 0; d < this.#width; d++) {
      const off = vector[d]! - this.#means[d]!;
      prior -= (off * off) / 2;
      gradient[d] = off - slopes.byInverseSquares[d]!;
    }
    const scale = Math.exp(vector[this.#width]!);
    prior += vector[this.#width]! - scale;
    gradient[this.#width] = scale - 1 - slopes.byLogScale;
    if (this.#rhoPlace !== undefined) {
      const logit = vector[this.#rhoPlace]!;
      const rho = 1 / (1 + Math.exp(-logit));
      prior -= (logit * logit) / 2;
      gradient[this.#rhoPlace] = logit - slopes.byRho * rho * (1 - rho);
    }
    if (this.#noisePlace !== undefined) {
      const noise = Math.exp(vector[this.#noisePlace]!);
      prior += 0.1 * vector[this.#noisePlace]! - 30 * noise;
      gradient[this.#noisePlace] = 30 * noise - 0.1 - slopes.byNoise * noise;
    }
    return prior;
  }
}
