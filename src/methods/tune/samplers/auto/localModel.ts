import type { Point } from "../../space/dimensions.js";
import { type Encoding, rowOf } from "../gp/encoding.js";
import { fitHyperparameters } from "../gp/fitHyperparameters.js";
import { GaussianProcess } from "../gp/gaussianProcess.js";
import { HyperparameterVector } from "../gp/hyperparameterVector.js";
import type { Model } from "../gp/model.js";
import { lossesOf, warpedTargets } from "../gp/targets.js";
import { TreeKernel } from "../gp/treeKernel.js";
import type { Seen } from "../sampler.js";
import type { TrustRegion } from "./trustRegion.js";

/** The trials that tell most of a region: those nearest to its centre, by number. */
export function trialsFor(
  trials: readonly Seen[],
  { centre }: TrustRegion,
  distance: (a: Seen, b: Seen) => number,
  parameters: number,
): Seen[] {
  const most = 10 + 6 * parameters;
  return trials
    .map((trial) => ({ trial, far: distance(centre, trial) }))
    .sort((a, b) => a.far - b.far || a.trial.number - b.trial.number)
    .slice(0, most)
    .map(({ trial }) => trial)
    .sort((a, b) => a.number - b.number);
}

/**
 * A Gaussian process of some trials, its length-scales measured by the side of their region, its targets warped among
 * themselves.
 */
export function localModel(
  encoding: Encoding,
  trials: readonly Seen[],
  running: readonly Point[],
  side: number,
  numbers: number,
  noisy: boolean,
): Model {
  const rows = trials.map(({ point }) => rowOf(encoding, point));
  const targets = warpedTargets(lossesOf(trials) ?? trials.map(() => 0));
  const layout = new HyperparameterVector(encoding, numbers, noisy, side);
  const hyperparameters = fitHyperparameters(encoding, rows, targets, layout);
  const surrogate = new GaussianProcess(new TreeKernel(encoding, hyperparameters));
  for (const row of rows) surrogate.add(row);
  surrogate.observe(targets);
  const best = noisy ? Math.min(...rows.map((row) => surrogate.mean(row))) : Math.min(...targets);
  const going = running.map((point) => rowOf(encoding, point));
  const believed = going.map((row) => surrogate.mean(row));
  for (const row of going) surrogate.add(row);
  if (going.length > 0) surrogate.observe(Float64Array.from([...targets, ...believed]));
  return { encoding, surrogate, best: Math.min(best, ...believed) };
}
