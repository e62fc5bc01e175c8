import { ImagoError } from "../../../engine/errors.js";
import type { Standardized } from "../standardize.js";
import { solvePositive } from "./cholesky.js";
import { dot } from "./dot.js";

/** A penalised log-likelihood of K linear outputs on standardised columns. */
export interface SoftmaxProblem {
  readonly x: Standardized;
  /** [rows] from 0 to `outputs` − 1, or for one output 0 and 1. */
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  /** 1: the logistic function of one output; more: the softmax of them. */
  readonly outputs: number;
  /** Factor of half the squares of the coefficients; intercepts are free. */
  readonly lambda: number;
}

/** Intercept first, then the columns' coefficients, for one output after the other: [outputs, columns + 1]. */
export type Parameters = Float64Array;

/** Mean log loss plus penalty, with the probabilities [rows, outputs] that belong to it. */
export function evaluateSoftmax(
  problem: SoftmaxProblem,
  b: Parameters,
): { loss: number; shares: Float64Array } {
  const { x, y, weights, outputs, lambda } = problem;
  const size = x.columns.length + 1;
  const shares = linearOutputs(problem, b);
  let loss = 0;
  for (let i = 0; i < x.rows; i++) {
    const own =
      outputs === 1 ? logisticLoss(shares, i, y[i]!) : softmaxLoss(shares, i * outputs, outputs, y[i]!);
    loss += (weights === undefined ? 1 : weights[i]!) * own;
  }
  let squares = 0;
  for (let at = 0; at < b.length; at++) if (at % size !== 0) squares += b[at]! * b[at]!;
  return { loss: loss / x.rows + (lambda / 2) * squares, shares };
}

function linearOutputs({ x, outputs }: SoftmaxProblem, b: Parameters): Float64Array {
  const size = x.columns.length + 1;
  const result = new Float64Array(x.rows * outputs);
  for (let k = 0; k < outputs; k++) {
    for (let i = 0; i < x.rows; i++) result[i * outputs + k] = b[k * size]!;
    for (const [j, column] of x.columns.entries()) {
      const factor = b[k * size + j + 1]!;
      if (factor === 0) continue;
      for (let i = 0; i < x.rows; i++) result[i * outputs + k]! += factor * column[i]!;
    }
  }
  return result;
}

/** The log loss of the row at `at`; its linear output is written over with the probability of the second class. */
function logisticLoss(outputs: Float64Array, at: number, y: number): number {
  const z = outputs[at]!;
  outputs[at] = 1 / (1 + Math.exp(-z));
  return Math.log1p(Math.exp(-Math.abs(z))) + Math.max(y === 1 ? -z : z, 0);
}

/** The log loss of the row from `at` on; its linear outputs are written over with probabilities. */
function softmaxLoss(outputs: Float64Array, at: number, count: number, y: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = at; k < at + count; k++) if (outputs[k]! > most) most = outputs[k]!;
  const own = outputs[at + y]!;
  let sum = 0;
  for (let k = at; k < at + count; k++) {
    outputs[k] = Math.exp(outputs[k]! - most);
    sum += outputs[k]!;
  }
  for (let k = at; k < at + count; k++) outputs[k] = outputs[k]! / sum;
  return Math.log(sum) + most - own;
}

/** The gradient for the parameters. */
export function softmaxGradient(problem: SoftmaxProblem, b: Parameters, shares: Float64Array): Float64Array {
  const { x, y, weights, outputs, lambda } = problem;
  const size = x.columns.length + 1;
  const gradient = b.map((one, at) => (at % size === 0 ? 0 : lambda * one));
  const rest = new Float64Array(x.rows);
  for (let k = 0; k < outputs; k++) {
    const target = outputs === 1 ? 1 : k;
    let total = 0;
    for (let i = 0; i < x.rows; i++) {
      const one = shares[i * outputs + k]! - (y[i] === target ? 1 : 0);
      rest[i] = (weights === undefined ? one : one * weights[i]!) / x.rows;
      total += rest[i]!;
    }
    gradient[k * size]! += total;
    for (const [j, column] of x.columns.entries()) {
      let sum = 0;
      for (let i = 0; i < x.rows; i++) sum += rest[i]! * column[i]!;
      gradient[k * size + j + 1]! += sum;
    }
  }
  return gradient;
}

/**
 * Newton's method with a line search on {@link evaluateSoftmax}, from b, until no element of the gradient is above
 * `tolerance` (iteratively reweighted least squares).
 *
 * @throws {ImagoError} if it does not get there: separable classes without a penalty have no optimum
 */
export function softmaxNewton(
  where: string,
  problem: SoftmaxProblem,
  b: Parameters,
  tolerance: number,
): Parameters {
  let here = evaluateSoftmax(problem, b);
  for (let round = 0; round < 200; round++) {
    const gradient = softmaxGradient(problem, b, here.shares);
    if (gradient.every((one) => Math.abs(one) <= tolerance)) {
      // The gradient vanishes on the way to infinity too, where every row is certain.
      if (problem.lambda === 0 && here.loss < 1e-9) break;
      return b;
    }
    const step = gradient.slice();
    if (!solvePositive(softmaxHessian(problem, here.shares, 1 / problem.outputs), step)) break;
    const slope = step.reduce((sum, one, at) => sum + one * gradient[at]!, 0);
    let length = 1;
    for (;;) {
      const next = b.map((one, at) => one - length * step[at]!);
      const there = evaluateSoftmax(problem, next);
      // Near the optimum the loss no longer tells points apart.
      if (there.loss <= here.loss - 1e-4 * length * slope + 1e-14 * Math.abs(here.loss)) {
        [b, here] = [next, there];
        break;
      }
      length /= 2;
      if (length < 1e-10) throw notFound(where, problem.lambda);
    }
  }
  throw notFound(where, problem.lambda);
}

function notFound(where: string, lambda: number): ImagoError {
  const help =
    "Classes that the columns separate have none without a penalty: take a lambda of 0.001 or more.";
  return new ImagoError(`${where}: found no optimum with lambda ${lambda}.`, { help });
}

/**
 * Second derivatives, [parameters, parameters]; only the lower triangle is filled.
 *
 * @param flat added along what changes no probability: the same number on every output. That makes the matrix positive
 *   and leaves Newton's step as it is, since the gradient has no part in that direction.
 */
export function softmaxHessian(
  { x, weights, outputs, lambda }: SoftmaxProblem,
  shares: Float64Array,
  flat: number,
): Float64Array {
  const size = x.columns.length + 1;
  const all = size * outputs;
  const result = new Float64Array(all * all);
  const ones = new Float64Array(x.rows).fill(1);
  const columns = [ones, ...x.columns];
  const products = new Float64Array(x.rows);
  for (let k = 0; k < outputs; k++) {
    for (let l = 0; l <= k; l++) {
      const curvature = curvatureOf(shares, outputs, k, l, weights);
      for (let i = 0; i < size; i++) {
        for (let row = 0; row < x.rows; row++) products[row] = columns[i]![row]! * curvature[row]!;
        const last = k === l ? i : size - 1;
        for (let j = 0; j <= last; j++) {
          result[(k * size + i) * all + l * size + j] = dot(products, columns[j]!);
        }
        if (outputs > 1) result[(k * size + i) * all + l * size + i]! += flat;
        if (k === l && i > 0) result[(k * size + i) * all + k * size + i]! += lambda;
      }
    }
  }
  return result;
}

function curvatureOf(
  shares: Float64Array,
  outputs: number,
  k: number,
  l: number,
  weights: Float64Array | undefined,
): Float64Array {
  const rows = shares.length / outputs;
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = shares[i * outputs + k]!;
    const other = shares[i * outputs + l]!;
    const weight = (weights === undefined ? 1 : weights[i]!) / rows;
    result[i] = weight * (k === l ? p * (1 - p) : -p * other);
  }
  return result;
}
