import type { CheckedData } from "../checkData.js";
import { type Standardized, standardize, weightedMean } from "../standardize.js";
import { coordinateDescent, gramQuadratic, residualQuadratic } from "./coordinateDescent.js";
import { gram, meanProduct } from "./gram.js";
import { type LinearState, linearState } from "./linearFitted.js";
import type { Penalty } from "./penalty.js";
import { SoftmaxNet } from "./softmaxNet.js";

/** A penalised fit that goes from one λ to the next, each starting where the last ended. */
export interface ElasticNetProblem {
  /** The least λ · max(α, 0.001) at which all coefficients are 0. */
  readonly largest: number;
  /** Goes to the optimum, and says which part of the null model's deviance it explains, up to 1. */
  solve(lambda: number, alpha: number, tolerance: number): number;
  /** The model where it stands. */
  state(learner: string): LinearState;
}

/** Above so many columns, or where there are fewer rows, products of columns cost more than they save. */
const mostForGram = 1000;

/** Squares for a regression, the log loss for classes. */
export function elasticNetProblem(data: CheckedData): ElasticNetProblem {
  const scaled = standardize(data.x, data.weights);
  return data.classes === undefined
    ? new SquaredNet(scaled, data)
    : new SoftmaxNet(scaled, data, data.classes);
}

/** (1/2n) Σ w (y − b₀ − x̃ b)² plus the penalty. */
class SquaredNet implements ElasticNetProblem {
  readonly largest: number;
  readonly #x: Standardized;
  readonly #y: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #mean: number;
  readonly #nullDeviance: number;
  readonly #matrix: Float64Array | undefined;
  readonly #b: Float64Array;

  constructor(x: Standardized, { y, weights }: CheckedData) {
    this.#x = x;
    this.#weights = weights;
    this.#mean = weightedMean(y, weights);
    this.#y = y.map((one) => one - this.#mean);
    this.#nullDeviance = meanProduct(this.#y, this.#y, weights);
    this.#b = new Float64Array(x.columns.length);
    const small = x.columns.length <= mostForGram && x.columns.length <= x.rows;
    this.#matrix = small ? gram(x.columns, weights) : undefined;
    this.largest = x.columns.reduce(
      (most, column) => Math.max(most, Math.abs(meanProduct(column, this.#y, weights))),
      0,
    );
  }

  solve(lambda: number, alpha: number, tolerance: number): number {
    // A y that does not vary is met by the intercept alone.
    if (this.#nullDeviance === 0) return 1;
    const penalty: Penalty = { absolute: lambda * alpha, squared: lambda * (1 - alpha) };
    const residuals = this.#residuals();
    const downhill = (): Float64Array =>
      Float64Array.from(this.#x.columns, (one) => meanProduct(one, residuals));
    const quadratic =
      this.#matrix === undefined
        ? residualQuadratic(this.#x.columns, this.#weights ?? residuals.map(() => 1), residuals)
        : gramQuadratic(this.#matrix, downhill());
    coordinateDescent(quadratic, penalty, this.#b, tolerance * this.#nullDeviance);
    const left = this.#residuals();
    const rest = left.reduce((sum, one, i) => sum + (one * one) / (this.#weights?.[i] ?? 1), 0);
    return 1 - rest / left.length / this.#nullDeviance;
  }

  state(learner: string): LinearState {
    return linearState(learner, "number", [{ intercept: this.#mean, coefficients: this.#b }], this.#x);
  }

  /** w (y − x̃ b) */
  #residuals(): Float64Array {
    const rest = this.#y.slice();
    for (const [j, column] of this.#x.columns.entries()) {
      const factor = this.#b[j]!;
      if (factor !== 0) for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - factor * column[i]!;
    }
    return this.#weights === undefined ? rest : rest.map((one, i) => one * this.#weights![i]!);
  }
}
