import type { Encoding } from "./encoding.js";
import { maternKernel, maternSlope } from "./maternKernel.js";

/** What a kernel is fitted by. */
export interface Hyperparameters {
  /** 1 / ℓ² of each dimension, ℓ in shares of its range. */
  readonly inverseSquares: Float64Array;
  /** Variance of the function. */
  readonly scale: number;
  /** Variance of what is added to it. */
  readonly noise: number;
  /** The kernel between a point in which a parameter is active and one in which it is not. */
  readonly rho: number;
}

/**
 * A kernel over points of which each has its own active parameters, s · ∏ k_g over groups g of parameters that are active
 * together:
 *
 *     both inactive        1
 *     active in one only   ρ
 *     active in both       ρ² + (1 − ρ²) m,   m = Matérn 5/2 of Σ_d a_d Δ_d²   (of categories Δ² = [x ≠ x'])
 *     always active        m
 *
 * It is positive semidefinite: "inactive" is a unit vector e, and "active at x" is ρ e + √(1 − ρ²) φ(x), with φ that of
 * Matérn's kernel, orthogonal to e (search.md 1.9, from the idea of Swersky et al., "Raiders of the lost architecture", 2014).
 */
export class TreeKernel {
  readonly width: number;
  readonly hyperparameters: Hyperparameters;
  readonly groups: number;
  /** Of the last pair in {@link withSlopes}: the derivative of log k by the squared distance of each group. */
  readonly slopes: Float64Array;
  /** Of the last pair: the derivative of log k by ρ. */
  rhoSlope = 0;
  readonly #starts: Int32Array;
  /** Places of dimensions, group behind group: of numbers, from {@link #categories} on of categories. */
  readonly #members: Int32Array;
  readonly #categories: Int32Array;
  readonly #always: Uint8Array;
  readonly #category: Uint8Array;

  constructor({ dimensions, groups }: Encoding, hyperparameters: Hyperparameters) {
    this.width = dimensions.length;
    this.hyperparameters = hyperparameters;
    this.groups = groups.length;
    this.slopes = new Float64Array(groups.length);
    this.#starts = new Int32Array(groups.length + 1);
    groups.forEach(({ members }, g) => {
      this.#starts[g + 1] = this.#starts[g]! + members.length;
    });
    const isNumber = (place: number): boolean => dimensions[place]?.kind === "number";
    const numbers = groups.map(({ members }) => members.filter(isNumber));
    const categories = groups.map(({ members }) => members.filter((place) => !isNumber(place)));
    this.#members = Int32Array.from(groups.flatMap((_, g) => [...numbers[g]!, ...categories[g]!]));
    this.#categories = Int32Array.from(numbers, ({ length }, g) => this.#starts[g]! + length);
    this.#always = Uint8Array.from(groups, ({ always }) => (always ? 1 : 0));
    this.#category = Uint8Array.from(dimensions, ({ kind }) => (kind === "category" ? 1 : 0));
  }

  /** The kernel of two rows. */
  between(a: Float64Array, b: Float64Array): number {
    const { scale, rho } = this.hyperparameters;
    let product = scale;
    for (let g = 0; g < this.groups; g++) {
      const active = this.#active(g, a, b);
      if (active === 1) product *= rho;
      if (active !== 2) continue;
      const matern = maternKernel(this.#squared(g, a, b));
      product *= this.#always[g] ? matern : rho * rho + (1 - rho * rho) * matern;
    }
    return product;
  }

  /** The same, with derivatives of its logarithm left in {@link slopes} and {@link rhoSlope}. */
  withSlopes(a: Float64Array, b: Float64Array): number {
    const { scale, rho } = this.hyperparameters;
    let product = scale;
    this.rhoSlope = 0;
    for (let g = 0; g < this.groups; g++) {
      this.slopes[g] = 0;
      const active = this.#active(g, a, b);
      if (active === 1) {
        product *= rho;
        this.rhoSlope += 1 / rho;
      }
      if (active !== 2) continue;
      const squared = this.#squared(g, a, b);
      const matern = maternKernel(squared);
      const share = this.#always[g] ? 1 : 1 - rho * rho;
      const factor = 1 - share + share * matern;
      product *= factor;
      this.slopes[g] = (share * maternSlope(squared)) / factor;
      if (share < 1) this.rhoSlope += (2 * rho * (1 - matern)) / factor;
    }
    return product;
  }

  /** Adds a factor times the derivative of log k of the last pair by the logarithm of each inverse square. */
  addInverseSquareSlopes(a: Float64Array, b: Float64Array, factor: number, into: Float64Array): void {
    const { inverseSquares } = this.hyperparameters;
    for (let g = 0; g < this.groups; g++) {
      const slope = this.slopes[g]! * factor;
      if (slope === 0) continue;
      for (let m = this.#starts[g]!; m < this.#starts[g + 1]!; m++) {
        const d = this.#members[m]!;
        const delta = a[d]! - b[d]!;
        const squared = this.#category[d] ? (delta === 0 ? 0 : 1) : delta * delta;
        into[d] = into[d]! + slope * inverseSquares[d]! * squared;
      }
    }
  }

  /** The derivative of the last pair's log k by each number of the first row; 0 for categories. */
  rowSlopes(a: Float64Array, b: Float64Array, into: Float64Array): void {
    const { inverseSquares } = this.hyperparameters;
    for (let g = 0; g < this.groups; g++) {
      const slope = 2 * this.slopes[g]!;
      for (let m = this.#starts[g]!; m < this.#starts[g + 1]!; m++) {
        const d = this.#members[m]!;
        into[d] = slope === 0 || this.#category[d] ? 0 : slope * inverseSquares[d]! * (a[d]! - b[d]!);
      }
    }
  }

  /** In how many of two rows a group is active. */
  #active(g: number, a: Float64Array, b: Float64Array): 0 | 1 | 2 {
    if (this.#always[g]) return 2;
    const d = this.#members[this.#starts[g]!]!;
    const inA = !Number.isNaN(a[d]);
    return inA === !Number.isNaN(b[d]) ? (inA ? 2 : 0) : 1;
  }

  #squared(g: number, a: Float64Array, b: Float64Array): number {
    const { inverseSquares } = this.hyperparameters;
    const members = this.#members;
    const [middle, end] = [this.#categories[g]!, this.#starts[g + 1]!];
    let sum = 0;
    let m = this.#starts[g]!;
    for (; m < middle; m++) {
      const d = members[m]!;
      const delta = a[d]! - b[d]!;
      sum += inverseSquares[d]! * delta * delta;
    }
    for (; m < end; m++) if (a[members[m]!] !== b[members[m]!]) sum += inverseSquares[members[m]!]!;
    return sum;
  }
}
