import type { CheckedData } from "../checkData.js";
import { type Standardized, weightedMean } from "../standardize.js";
import {
  coordinateDescent,
  gramQuadratic,
  type Penalty,
  type Quadratic,
  residualQuadratic,
} from "./coordinateDescent.js";
import type { ElasticNetProblem } from "./elasticNetProblem.js";
import { gram, meanProduct } from "./gram.js";
import { type LinearState, linearState } from "./linearFitted.js";
import { evaluateSoftmax, type SoftmaxProblem, softmaxGradient, softmaxHessian } from "./softmaxNewton.js";

/** Above so many columns, or where there are fewer rows, products of columns cost more than they save. */
const mostForGram = 200;
/** Above so many products in one expansion for all outputs they are expanded in turn. */
const mostForJoint = 2e7;
/** Most rounds over the outputs at one λ. */
const mostRounds = 1000;

/**
 * Mean log loss plus the penalty: the logistic function for two classes, softmax for more. The loss is replaced by
 * its second-order expansion for the coefficients of one output, which coordinate descent minimises, in turn until
 * none moves; small problems are expanded for all outputs together (Friedman, Hastie and Tibshirani 2010, sections 3 and 4).
 */
export class SoftmaxNet implements ElasticNetProblem {
  readonly largest: number;
  readonly #problem: SoftmaxProblem;
  readonly #nullDeviance: number;
  /** Ones for the intercept, then x. */
  readonly #columns: readonly Float64Array[];
  /** Whether all outputs' coefficients are found together, or in turn. */
  readonly #together: boolean;
  #b: Float64Array;

  constructor(x: Standardized, { y, weights }: CheckedData, classes: number) {
    const outputs = classes === 2 ? 1 : classes;
    this.#problem = { x, y, weights, outputs, lambda: 0 };
    this.#columns = [new Float64Array(x.rows).fill(1), ...x.columns];
    this.#b = new Float64Array(outputs * this.#columns.length);
    this.#together = outputs > 1 && x.rows * this.#b.length ** 2 <= mostForJoint;
    let largest = 0;
    for (let k = 0; k < outputs; k++) {
      const own = this.#indicator(k);
      const share = weightedMean(own, weights);
      // A class that does not occur, or the only one, would have an infinite intercept.
      this.#b[k * this.#columns.length] = outputs === 1 ? logit(share) : Math.log(Math.max(share, 1e-300));
      const rest = own.map((one) => one - share);
      for (const column of x.columns)
        largest = Math.max(largest, Math.abs(meanProduct(column, rest, weights)));
    }
    this.largest = largest;
    this.#nullDeviance = 2 * evaluateSoftmax(this.#problem, this.#b).loss;
  }

  solve(lambda: number, alpha: number, tolerance: number): number {
    if (!(this.#nullDeviance > 1e-9)) return 1;
    const { outputs } = this.#problem;
    const interceptEvery = this.#columns.length;
    const penalty: Penalty = { absolute: lambda * alpha, squared: lambda * (1 - alpha), interceptEvery };
    for (let round = 0; round < mostRounds; round++) {
      let moved = 0;
      if (this.#together) moved = this.#jointStep(penalty, tolerance);
      else for (let k = 0; k < outputs; k++) moved = Math.max(moved, this.#step(k, penalty, tolerance));
      if (moved <= tolerance * this.#nullDeviance) break;
    }
    return 1 - (2 * evaluateSoftmax(this.#problem, this.#b).loss) / this.#nullDeviance;
  }

  state(learner: string): LinearState {
    const size = this.#columns.length;
    const outputs = Array.from({ length: this.#problem.outputs }, (_, k) => ({
      intercept: Math.max(-1000, Math.min(1000, this.#b[k * size]!)),
      coefficients: this.#b.slice(k * size + 1, (k + 1) * size),
    }));
    return linearState(learner, outputs.length === 1 ? "logit" : "softmax", outputs, this.#problem.x);
  }

  /** [rows], 1 where the row is of the output's class. */
  #indicator(k: number): Float64Array {
    const own = this.#problem.outputs === 1 ? 1 : k;
    return this.#problem.y.map((one) => (one === own ? 1 : 0));
  }

  /** One expansion for output k; gives the largest change, weighed by the curvature. */
  #step(k: number, penalty: Penalty, tolerance: number): number {
    const { outputs, weights, x } = this.#problem;
    const { shares, loss } = evaluateSoftmax(this.#problem, this.#b);
    const own = this.#indicator(k);
    const weight = (i: number): number => weights?.[i] ?? 1;
    const share = (i: number): number => shares[i * outputs + k]!;
    // Not quite 0, so that an expansion has an optimum where all probabilities are 0 or 1.
    const curvature = own.map((_, i) => weight(i) * Math.max(share(i) * (1 - share(i)), 1e-9));
    const residuals = own.map((one, i) => weight(i) * (one - share(i)));
    const quadratic =
      this.#columns.length <= Math.min(mostForGram, x.rows)
        ? gramQuadratic(
            gram(this.#columns, curvature),
            Float64Array.from(this.#columns, (column) => meanProduct(column, residuals)),
          )
        : residualQuadratic(this.#columns, curvature, residuals);
    const from = k * this.#columns.length;
    return this.#descend(quadratic, penalty, tolerance, loss, from, from + this.#columns.length);
  }

  /** One expansion for all outputs at once: dearer, and far fewer of them. */
  #jointStep(penalty: Penalty, tolerance: number): number {
    const { shares, loss } = evaluateSoftmax(this.#problem, this.#b);
    const size = this.#b.length;
    const matrix = softmaxHessian(this.#problem, shares, 0);
    for (let i = 0; i < size; i++) {
      // Not quite 0, so that an expansion has an optimum where all probabilities are 0 or 1.
      matrix[i * size + i]! += 1e-9;
      for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j]!;
    }
    const downhill = softmaxGradient(this.#problem, this.#b, shares).map((one) => -one);
    return this.#descend(gramQuadratic(matrix, downhill), penalty, tolerance, loss, 0, size);
  }

  /** Minimises an expansion for the parameters from `from` to `to`, and goes there. */
  #descend(
    quadratic: Quadratic,
    penalty: Penalty,
    tolerance: number,
    loss: number,
    from: number,
    to: number,
  ): number {
    const before = this.#b.slice(from, to);
    const after = before.slice();
    coordinateDescent(quadratic, penalty, after, 0.01 * tolerance * this.#nullDeviance);
    this.#take(from, before, after, loss + penaltyOf(before, penalty), penalty);
    const change = (one: number, j: number): number => quadratic.curvature[j]! * (one - before[j]!) ** 2;
    return this.#b.subarray(from, to).reduce((most, one, j) => Math.max(most, change(one, j)), 0);
  }

  /** Goes from `before` towards `after` as far as that does not make the whole worse. */
  #take(from: number, before: Float64Array, after: Float64Array, whole: number, penalty: Penalty): void {
    for (let length = 1; length > 1e-9; length /= 2) {
      const next = before.map((one, j) => (length === 1 ? after[j]! : one + length * (after[j]! - one)));
      this.#b.set(next, from);
      const there = evaluateSoftmax(this.#problem, this.#b).loss + penaltyOf(next, penalty);
      if (there <= whole + 1e-14 * Math.abs(whole)) return;
    }
    this.#b.set(before, from);
  }
}

const logit = (share: number): number => Math.log(Math.max(share, 1e-300) / Math.max(1 - share, 1e-300));

function penaltyOf(b: Float64Array, { absolute, squared, interceptEvery }: Penalty): number {
  let sum = 0;
  for (let j = 0; j < b.length; j++) {
    if (j % interceptEvery !== 0) sum += absolute * Math.abs(b[j]!) + (squared / 2) * b[j]! * b[j]!;
  }
  return sum;
}
