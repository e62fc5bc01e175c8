import type { Model } from "../../../nn/models/model.js";
import { adamW } from "../../../nn/optimizers/adamW.js";
import { constant } from "../../../nn/optimizers/schedules/constant.js";
import { oneCycle } from "../../../nn/optimizers/schedules/oneCycle.js";
import type { History } from "../../../nn/training/history.js";
import type { PictureData } from "../pictureData.js";
import { changesOf, type TrainingPlan } from "../plan.js";
import { fitOptionsFor, type PlannedFit } from "./fitOptionsFor.js";
import { balancedWeights, sourceOf } from "./weightedSource.js";

/** Fewer steps than this make no cycle. */
const leastCycle = 10;

/** Sets optimiser, loss and metrics for a plan. */
export function compileFor(
  model: Model,
  { learningRate, epochs, network }: TrainingPlan,
  steps: number,
): void {
  const totalSteps = epochs * steps;
  const rate =
    totalSteps < leastCycle
      ? constant({ learningRate })
      : oneCycle({ maxLearningRate: learningRate, totalSteps, rise: network === "transfer" ? 0.2 : 0.3 });
  model.compile({
    optimizer: adamW({ learningRate: rate, weightDecay: network === "transfer" ? 1e-4 : 0.02 }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
}

export interface FitSettings extends PlannedFit {
  readonly seed: number;
  readonly classWeights: "none" | "balanced";
}

/** Trains a compiled network on pictures; it ends with the weights of the epoch that did best on the validation pictures. */
export function fitNetwork(model: Model, data: PictureData, settings: FitSettings): Promise<History> {
  const { plan, seed, classWeights } = settings;
  const { batchSize, augment } = plan;
  const weights = classWeights === "balanced" ? balancedWeights(data.train.counts) : undefined;
  const train = sourceOf(data.train.batches({ batchSize, seed, augment: changesOf(augment) }), weights);
  return model.fit(train as never, fitOptionsFor(data, settings));
}
