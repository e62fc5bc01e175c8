import { type FieldsOf, number, type ReadOf, readOptions } from "../../../engine/options.js";
import { type Evaluate, lbfgs } from "../../../nn/optimizers/lbfgs.js";
import { type CheckedData, checkData } from "../checkData.js";
import type { Fitted, Learner } from "../learner.js";
import type { Link } from "../links.js";
import { standardize } from "../standardize.js";
import { type LinearOutput, linearFitted, linearState } from "./linearFitted.js";
import {
  evaluateSoftmax,
  type Parameters,
  type SoftmaxProblem,
  softmaxGradient,
  softmaxNewton,
} from "./softmaxNewton.js";

export interface SoftmaxRegressionOptions {
  /**
   * Factor of the penalty, from 0. Default: 0.001, since classes that the columns separate have no optimum without one.
   */
  readonly lambda?: number | undefined;
  /** Largest element that is left of the gradient, above 0. Default: 1e-11. */
  readonly tolerance?: number | undefined;
}

const fields = {
  lambda: number({ default: 0.001, min: 0 }),
  tolerance: number({ default: 1e-11, above: 0 }),
} satisfies FieldsOf<SoftmaxRegressionOptions>;

type Settings = ReadOf<typeof fields>;

/** Above so many parameters their second derivatives, and the time to solve for them, are too many. */
const mostForNewton = 600;

/** The output of a class that never occurs: its probability is 0, in float32 too, and the number is one of JSON's. */
const never = -1000;

/** Logistic regression under a name, or its form with an output for each class. */
export function softmaxRegressionOf(name: string, options: SoftmaxRegressionOptions): Learner {
  const config = readOptions(name, options, fields);
  return {
    name,
    config,
    portable: true,
    fit: (data) => fitSoftmax(name, checkData(name, data, { only: "classes" }), config),
  };
}

/**
 * Softmax regression: the least mean log loss plus (λ / 2) Σ b², where the outputs are linear in the columns with mean
 * 0 and standard deviation 1 (divisor n), one for each class, and the intercepts are free. Newton's method; above 600
 * parameters that of Broyden, Fletcher, Goldfarb and Shanno with limited memory.
 *
 * A class without rows gets the probability 0.
 */
export function softmaxRegression(options: SoftmaxRegressionOptions = {}): Learner {
  return softmaxRegressionOf("softmaxRegression", options);
}

async function fitSoftmax(name: string, data: CheckedData, settings: Settings): Promise<Fitted> {
  const { x, y, weights, classes = 2 } = data;
  const scaled = standardize(x, weights);
  const size = x.columns + 1;
  const present = Array.from({ length: classes }, (_, k) => k).filter((k) => y.includes(k));
  const single = name === "logistic";
  const outputs = single ? 1 : present.length;
  const numbers = single ? y : y.map((one) => present.indexOf(one));
  const problem = { x: scaled, y: numbers, weights, outputs, lambda: settings.lambda };
  const b: Parameters =
    present.length === 1 ? new Float64Array(outputs * size) : await solve(name, problem, settings);
  if (single && present.length === 1) b[0] = present[0] === 1 ? -never : never;
  const nothing: LinearOutput = { intercept: never, coefficients: new Float64Array(x.columns) };
  const found = (at: number): LinearOutput => ({
    intercept: b[at * size]!,
    coefficients: b.subarray(at * size + 1, (at + 1) * size),
  });
  const all = single
    ? [found(0)]
    : Array.from({ length: classes }, (_, k) => (present.includes(k) ? found(present.indexOf(k)) : nothing));
  const link: Link = single ? "logit" : "softmax";
  return linearFitted(linearState(name, link, all, scaled));
}

async function solve(name: string, problem: SoftmaxProblem, settings: Settings): Promise<Parameters> {
  const start = new Float64Array(problem.outputs * (problem.x.columns.length + 1));
  if (start.length <= mostForNewton) return softmaxNewton(name, problem, start, settings.tolerance);
  const evaluate: Evaluate = (point) => {
    const b = Float64Array.from(point);
    const { loss, shares } = evaluateSoftmax(problem, b);
    return { loss, gradient: softmaxGradient(problem, b, shares) };
  };
  let found: Parameters = new Float64Array(start);
  const options = { toleranceGradient: settings.tolerance, toleranceChange: 1e-16 };
  for await (const { point, iteration } of lbfgs(start, evaluate, options)) {
    found = Float64Array.from(point);
    if (iteration >= 2000) break;
  }
  return found;
}
