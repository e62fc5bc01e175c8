/** A function's value at a point; its gradient there is written into the second array. */
export type WithGradient = (point: Float64Array, gradient: Float64Array) => number;

export interface BoxOptions {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** A guess at the inverse second derivative of each coordinate. */
  readonly curvature: ArrayLike<number>;
  /** Most that a coordinate changes in the first step. */
  readonly firstStep: number;
  readonly iterations: number;
  /** It ends where no element of the gradient, but for those that point out of the box, is larger. */
  readonly tolerance: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
}

/**
 * Minimises a smooth function of a few coordinates within a box: the method of Broyden, Fletcher, Goldfarb and Shanno with the
 * whole estimate of the inverse second derivative, steps projected to the box (Bertsekas, "Projected Newton methods", 1982:
 * coordinates at a bound that the gradient pushes against are left out), halved until they gain.
 */
export function minimizeInBox(evaluate: WithGradient, start: Float64Array, options: BoxOptions): Minimum {
  const search = new BoxSearch(evaluate, start, options);
  for (let iteration = 0; iteration < options.iterations; iteration++) if (!search.step()) break;
  return { point: search.point, value: search.value };
}

const halvings = 12;
const enough = 1e-4;

class BoxSearch {
  point: Float64Array;
  value: number;
  #gradient: Float64Array;
  readonly #evaluate: WithGradient;
  readonly #options: BoxOptions;
  /** The inverse second derivative, n × n. */
  readonly #inverse: Float64Array;
  #isFresh = true;

  constructor(evaluate: WithGradient, start: Float64Array, options: BoxOptions) {
    this.#evaluate = evaluate;
    this.#options = options;
    this.point = start.map((x, i) => Math.min(options.high[i]!, Math.max(options.low[i]!, x)));
    this.#gradient = new Float64Array(start.length);
    this.value = evaluate(this.point, this.#gradient);
    this.#inverse = new Float64Array(start.length ** 2);
    this.#reset();
  }

  /** @returns whether it is worth while to go on */
  step(): boolean {
    const free = this.#free();
    const { tolerance } = this.#options;
    if (!Number.isFinite(this.value)) return false;
    if (free.every((i) => Math.abs(this.#gradient[i]!) <= tolerance)) return false;
    if (this.#searchAlong(this.#direction(free))) return true;
    // Once more along the gradient, if it was not that.
    if (this.#isFresh) return false;
    this.#reset();
    return this.#searchAlong(this.#direction(free));
  }

  #reset(): void {
    const n = this.point.length;
    this.#inverse.fill(0);
    for (let i = 0; i < n; i++) this.#inverse[i * n + i] = this.#options.curvature[i]!;
    this.#isFresh = true;
  }

  /** Coordinates that may move. */
  #free(): number[] {
    const { low, high } = this.#options;
    return [...this.point.keys()].filter((i) => {
      const slope = this.#gradient[i]!;
      return !((this.point[i]! <= low[i]! && slope > 0) || (this.point[i]! >= high[i]! && slope < 0));
    });
  }

  #direction(free: readonly number[]): Float64Array {
    const n = this.point.length;
    const direction = new Float64Array(n);
    let largest = 0;
    for (const i of free) {
      let sum = 0;
      for (const j of free) sum -= this.#inverse[i * n + j]! * this.#gradient[j]!;
      direction[i] = sum;
      largest = Math.max(largest, Math.abs(sum));
    }
    const { firstStep } = this.#options;
    if (!this.#isFresh || largest <= firstStep) return direction;
    return direction.map((d) => (d * firstStep) / largest);
  }

  #searchAlong(direction: Float64Array): boolean {
    const { low, high } = this.#options;
    const gradient = new Float64Array(direction.length);
    for (let halving = 0, length = 1; halving < halvings; halving++) {
      const next = this.point.map((x, i) =>
        Math.min(high[i]!, Math.max(low[i]!, x + length * direction[i]!)),
      );
      let slope = 0;
      for (let i = 0; i < next.length; i++) slope += this.#gradient[i]! * (next[i]! - this.point[i]!);
      if (slope >= 0) return false;
      const value = this.#evaluate(next, gradient);
      if (value <= this.value + enough * slope) return this.#accept(next, value, gradient);
      // The least of the parabola through both values and the slope, within reason.
      const least = Number.isFinite(value) ? -slope / (2 * (value - this.value - slope)) : 0;
      length *= Math.min(0.5, Math.max(0.1, least));
    }
    return false;
  }

  #accept(next: Float64Array, value: number, gradient: Float64Array): boolean {
    const moved = next.map((x, i) => x - this.point[i]!);
    const turned = gradient.map((g, i) => g - this.#gradient[i]!);
    const gained = this.value - value;
    [this.point, this.value, this.#gradient] = [next, value, gradient];
    this.#update(moved, turned);
    return gained > 1e-9 * (1 + Math.abs(value));
  }

  /** H ← (I − s yᵀ / sᵀy) H (I − y sᵀ / sᵀy) + s sᵀ / sᵀy, where the function curves upwards along the step. */
  #update(s: Float64Array, y: Float64Array): void {
    const n = s.length;
    const [sy, yy] = [sumOfProducts(s, y), sumOfProducts(y, y)];
    if (!(sy > 1e-10 * Math.sqrt(yy * sumOfProducts(s, s)))) return;
    const inverse = this.#inverse;
    const hy = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) hy[i] = hy[i]! + inverse[i * n + j]! * y[j]!;
    const factor = (1 + sumOfProducts(y, hy) / sy) / sy;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const change = factor * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / sy;
        inverse[i * n + j] = inverse[i * n + j]! + change;
      }
    }
    this.#isFresh = false;
  }
}

function sumOfProducts(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
