import type { Encoding } from "./encoding.js";
import type { HyperparameterVector } from "./hyperparameterVector.js";
import { type Minimum, minimizeInBox } from "./minimizeInBox.js";
import { minusLogPosterior } from "./posteriorObjective.js";
import type { Hyperparameters } from "./treeKernel.js";

/** Length-scales that the search begins from: the likelihood can have a mode of long and one of short ones. */
const starts = (process.env.GP_STARTS ?? "0.5,0.15").split(",").map(Number);

/** The likeliest hyper-parameters (MAP), of the modes that are found from several starts. */
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
  let best: Minimum | undefined;
  for (const lengthScale of starts) {
    const found = minimizeInBox(evaluate, layout.start(lengthScale), box);
    if (best === undefined || found.value < best.value) best = found;
  }
  return layout.read(best?.point ?? layout.start(0.5));
}
