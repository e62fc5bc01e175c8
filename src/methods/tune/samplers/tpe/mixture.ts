import type { Generator } from "../../../../engine/random/generator.js";
import type { Dimension, Point } from "../../space/dimensions.js";
import { type DimensionKernels, type KernelOptions, kernelsOf } from "./kernels.js";

/**
 * A density over several dimensions at once: a mixture of products, one for each observation and one of the prior, so that
 * what occurred together stays together.
 */
export class Mixture {
  readonly #kernels: readonly DimensionKernels[];
  readonly #logWeights: Float64Array;
  readonly #cumulative: Float64Array;
  readonly #logs: Float64Array;

  /** @param weights of the points, in their order; that of the prior is 1 */
  constructor(
    dimensions: readonly Dimension[],
    points: readonly Point[],
    weights: readonly number[],
    options: KernelOptions,
  ) {
    this.#kernels = dimensions.map((dimension) => kernelsOf(dimension, points, options));
    const all = [...weights, 1];
    const total = all.reduce((sum, weight) => sum + weight, 0);
    this.#logWeights = Float64Array.from(all, (weight) => Math.log(weight / total));
    let sum = 0;
    this.#cumulative = Float64Array.from(all, (weight) => {
      sum += weight / total;
      return sum;
    });
    this.#logs = new Float64Array(all.length);
  }

  /** Draws a kernel by its weight, and from it a value for each dimension. */
  sample(random: Generator): number[] {
    const target = random.uniform();
    const found = this.#cumulative.findIndex((bound) => target < bound);
    const kernel = found < 0 ? this.#cumulative.length - 1 : found;
    return this.#kernels.map((own) => own.sample(kernel, random));
  }

  /** The logarithm of the density of values, in the order of the dimensions. */
  logDensity(values: readonly number[]): number {
    const logs = this.#logs;
    logs.set(this.#logWeights);
    this.#kernels.forEach((own, place) => {
      own.addLogs(values[place] as number, logs);
    });
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < logs.length; k++) largest = Math.max(largest, logs[k]!);
    if (largest === Number.NEGATIVE_INFINITY) return largest;
    let sum = 0;
    for (let k = 0; k < logs.length; k++) sum += Math.exp(logs[k]! - largest);
    return largest + Math.log(sum);
  }
}
