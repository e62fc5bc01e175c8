import type { Encoding } from "./encoding.js";
import type { HyperparameterVector } from "./hyperparameterVector.js";
import { minimizeInBox } from "./minimizeInBox.js";
import { minusLogPosterior } from "./posteriorObjective.js";
import type { Hyperparameters } from "./treeKernel.js";

/**
 * The likeliest hyper-parameters (MAP). The search begins at the priors' means and never where an earlier one ended, so that
 * the result is a function of the trials.
 */
export function fitHyperparameters(
  encoding: Encoding,
  rows: readonly Float64Array[],
  targets: Float64Array,
  layout: HyperparameterVector,
): Hyperparameters {
  const evaluate = minusLogPosterior(encoding, rows, targets, layout);
  const box = {
    low: layout.bounds(0),
    high: layout.bounds(1),
    curvature: new Float64Array(layout.length).fill(1),
    firstStep: 1,
    iterations: 60,
    tolerance: 1e-2,
  };
  return layout.read(minimizeInBox(evaluate, layout.start(), box).point);
}
