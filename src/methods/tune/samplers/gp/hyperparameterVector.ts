import type { Encoding } from "./encoding.js";
import type { LikelihoodSlopes } from "./posteriorObjective.js";
import type { Hyperparameters } from "./treeKernel.js";

/** Noise where there is none: what keeps the matrix of equal points invertible. */
export const leastNoise = 1e-6;

const logBounds = { inverseSquares: [-9, 9], scale: [-5, 5], rho: [-4, 4], noise: [-14, 3] } as const;

/**
 * Hyper-parameters as a vector without bounds, logarithms (of ρ the logit), and their priors:
 *
 *     ℓ of numbers      log ℓ ~ N(√2 + log(d) / 2, √3), d numbers at most active together: Hvarfner et al., "Vanilla Bayesian
 *                       optimization performs great in high dimensions", 2024
 *     a of categories   log a ~ N(0, 1): kernels of different ones around 0.5
 *     scale             Gamma(2, 1), noise Gamma(1.1, 30): as in Optuna 5
 *     logit ρ           N(0, 1)
 */
export class HyperparameterVector {
  readonly length: number;
  readonly #width: number;
  readonly #rhoPlace: number | undefined;
  readonly #noisePlace: number | undefined;
  /** Mean and variance of each log a. */
  readonly #means: Float64Array;
  readonly #variances: Float64Array;

  constructor({ dimensions, groups }: Encoding, together: number, noisy: boolean) {
    this.#width = dimensions.length;
    let length = this.#width + 1;
    if (groups.some(({ always }) => !always)) this.#rhoPlace = length++;
    if (noisy) this.#noisePlace = length++;
    this.length = length;
    // Of log a = −2 log ℓ.
    const mean = -2 * (PM + Math.log(Math.max(1, together)) / 2);
    this.#means = Float64Array.from(dimensions, ({ kind }) => (kind === "category" ? 0 : mean));
    this.#variances = Float64Array.from(dimensions, ({ kind }) => (kind === "category" ? 1 : 4 * PV));
  }

  /** Where a search begins: ℓ of numbers in shares of their range. */
  start(lengthScale: number): Float64Array {
    const vector = new Float64Array(this.length);
    for (let d = 0; d < this.#width; d++) {
      vector[d] = this.#means[d] === 0 ? 0 : -2 * Math.log(lengthScale);
    }
    if (this.#noisePlace !== undefined) vector[this.#noisePlace] = Math.log(0.01);
    return vector;
  }

  bounds(side: 0 | 1): Float64Array {
    const bounds = new Float64Array(this.length).fill(logBounds.inverseSquares[side]);
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
      if (OPT) {
        const a = Math.exp(vector[d]!);
        prior -= 0.1 / a + 0.1 * a;
        gradient[d] = -(0.1 / a - 0.1 * a) - slopes.byInverseSquares[d]!;
        continue;
      }
      const off = vector[d]! - this.#means[d]!;
      prior -= (off * off) / (2 * this.#variances[d]!);
      gradient[d] = off / this.#variances[d]! - slopes.byInverseSquares[d]!;
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
const OPT = process.env.GP_PRIOR === "optuna";
const PM = Number(process.env.GP_PM ?? Math.SQRT2);
const PV = Number(process.env.GP_PV ?? 3);
