import { symmetricEigen } from "../../numerics/symmetricEigen.js";

/** What a population of a size learns with, in a number of dimensions (Hansen 2016, table 1). */
interface Rates {
  /** Of the ranks, the best first; those of the worse half are negative. */
  readonly weights: readonly number[];
  readonly parents: number;
  readonly effective: number;
  readonly rankOne: number;
  readonly rankMu: number;
  readonly pathSigma: number;
  readonly damping: number;
  readonly pathC: number;
  /** The expected length of a standard normal vector. */
  readonly chi: number;
}

/** Individuals of a generation in so many dimensions. */
export function populationSize(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions));
}

function ratesOf(size: number, d: number): Rates {
  const raw = Array.from({ length: size }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1));
  const parents = Math.floor(size / 2);
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  const effectiveOf = (values: readonly number[]): number =>
    sum(values) ** 2 / sum(values.map((one) => one * one));
  const effective = effectiveOf(raw.slice(0, parents));
  const others = effectiveOf(raw.slice(parents));
  const rankOne = 2 / ((d + 1.3) ** 2 + effective);
  const rankMu = Math.min(
    1 - rankOne - 1e-8,
    (2 * (effective - 2 + 1 / effective)) / ((d + 2) ** 2 + effective),
  );
  const positive = sum(raw.filter((one) => one > 0));
  const negative = -sum(raw.filter((one) => one < 0));
  const bound = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * others) / (effective + 2),
    (1 - rankOne - rankMu) / (d * rankMu),
  );
  const pathSigma = (effective + 2) / (d + effective + 5);
  return {
    weights: raw.map((one) => (one >= 0 ? one / positive : (bound * one) / negative)),
    parents,
    effective,
    rankOne,
    rankMu,
    pathSigma,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (d + 1)) - 1) + pathSigma,
    pathC: (4 + effective / d) / (d + 4 + (2 * effective) / d),
    chi: Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d)),
  };
}

/** An individual, and what it lost. */
export interface Individual {
  readonly x: Float64Array;
  readonly loss: number;
}

/**
 * The covariance matrix adaptation evolution strategy with active updates (Hansen 2016, "The CMA evolution strategy: a
 * tutorial"), generation by generation.
 */
export class Evolution {
  readonly size: number;
  readonly #d: number;
  readonly #rates: Rates;
  readonly #firstSigma: number;
  readonly mean: Float64Array;
  sigma: number;
  readonly #covariance: Float64Array;
  readonly #pathSigma: Float64Array;
  readonly #pathC: Float64Array;
  /** Standard deviations along the axes, and the axes. */
  #scales: Float64Array;
  #axes: Float64Array;
  #generation = 0;
  readonly #bests: number[] = [];
  #flat = false;

  constructor(mean: Float64Array, sigma: number, size: number) {
    const d = mean.length;
    this.#d = d;
    this.size = size;
    this.#rates = ratesOf(size, d);
    this.mean = mean.slice();
    this.sigma = sigma;
    this.#firstSigma = sigma;
    this.#covariance = new Float64Array(d * d);
    for (let i = 0; i < d; i++) this.#covariance[i * d + i] = 1;
    this.#pathSigma = new Float64Array(d);
    this.#pathC = new Float64Array(d);
    this.#scales = new Float64Array(d).fill(1);
    this.#axes = this.#covariance.slice();
  }

  /** A point from d standard normal numbers. */
  point(normals: ArrayLike<number>): Float64Array {
    return this.mean.map((own, i) => {
      let step = 0;
      for (let j = 0; j < this.#d; j++)
        step += this.#axes[i * this.#d + j]! * this.#scales[j]! * (normals[j] as number);
      return own + this.sigma * step;
    });
  }

  /** Learns from a whole generation. */
  learn(generation: readonly Individual[]): void {
    const d = this.#d;
    const { weights, parents, effective, chi, pathSigma, damping } = this.#rates;
    const order = generation.toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss < b.loss ? -1 : 1));
    const steps = order.map(({ x }) => this.#bounded(x.map((own, i) => (own - this.mean[i]!) / this.sigma)));
    const mean = new Float64Array(d);
    for (let k = 0; k < parents; k++) for (let i = 0; i < d; i++) mean[i]! += weights[k]! * steps[k]![i]!;
    for (let i = 0; i < d; i++) this.mean[i]! += this.sigma * mean[i]!;
    const white = this.#whitened(mean);
    const rise = Math.sqrt(pathSigma * (2 - pathSigma) * effective);
    for (let i = 0; i < d; i++) this.#pathSigma[i] = (1 - pathSigma) * this.#pathSigma[i]! + rise * white[i]!;
    const length = Math.hypot(...this.#pathSigma);
    this.#generation++;
    this.sigma *= Math.exp((pathSigma / damping) * (length / chi - 1));
    const decay = Math.sqrt(1 - (1 - pathSigma) ** (2 * (this.#generation + 1)));
    this.#adapt(steps, mean, length / decay < (1.4 + 2 / (d + 1)) * chi ? 1 : 0);
    this.#bests.push(order[0]!.loss);
    this.#flat = order.at(-1)!.loss - order[0]!.loss < 1e-12;
  }

  #adapt(steps: readonly Float64Array[], mean: Float64Array, holds: number): void {
    const d = this.#d;
    const { weights, rankOne, rankMu, pathC, effective } = this.#rates;
    const rise = holds * Math.sqrt(pathC * (2 - pathC) * effective);
    for (let i = 0; i < d; i++) this.#pathC[i] = (1 - pathC) * this.#pathC[i]! + rise * mean[i]!;
    // A negative weight counts as far as the step is long, so that the matrix stays positive definite.
    const own = weights.map((weight, k) => {
      if (weight >= 0) return weight;
      const white = this.#whitened(steps[k]!);
      return (weight * d) / (white.reduce((sum, one) => sum + one * one, 0) + 1e-12);
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const keep = 1 + rankOne * (1 - holds) * pathC * (2 - pathC) - rankOne - rankMu * total;
    const c = this.#covariance;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let spread = 0;
        for (let k = 0; k < steps.length; k++) spread += own[k]! * steps[k]![i]! * steps[k]![j]!;
        c[i * d + j] = keep * c[i * d + j]! + rankOne * this.#pathC[i]! * this.#pathC[j]! + rankMu * spread;
      }
    }
    const { values, vectors } = symmetricEigen(c, d);
    this.#scales = values.map((value) => Math.sqrt(Math.max(value, 1e-20)));
    this.#axes = vectors;
  }

  /** C^(−1/2) y. */
  #whitened(y: Float64Array): Float64Array {
    const d = this.#d;
    const along = new Float64Array(d);
    for (let j = 0; j < d; j++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += this.#axes[i * d + j]! * y[i]!;
      along[j] = dot / this.#scales[j]!;
    }
    return y.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += this.#axes[i * d + j]! * along[j]!;
      return sum;
    });
  }

  /** Steps that were not drawn from this state (others' trials) count as far as a drawn one may go (Hansen 2011). */
  #bounded(y: Float64Array): Float64Array {
    const length = Math.hypot(...this.#whitened(y));
    const most = Math.sqrt(this.#d) + (2 * this.#d) / (this.#d + 2);
    return length <= most ? y : y.map((one) => (one * most) / length);
  }

  /** Whether going on would sample one point, or nothing that can be told apart. */
  get isOver(): boolean {
    const widest = Math.max(...this.#scales);
    const narrowest = Math.min(...this.#scales);
    const window = 10 + Math.ceil((30 * this.#d) / this.size);
    const recent = this.#bests.slice(-window);
    const stands =
      recent.length === window && Math.max(...recent) - Math.min(...recent) < 1e-12 && this.#flat;
    return (
      stands ||
      this.sigma * widest < 1e-12 * this.#firstSigma ||
      (widest / narrowest) ** 2 > 1e14 ||
      this.sigma * widest > 1e4 * this.#firstSigma
    );
  }
}
