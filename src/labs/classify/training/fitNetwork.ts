import { earlyStopping } from "../../../nn/callbacks/earlyStopping.js";
import { stopOnNonFinite } from "../../../nn/callbacks/stopOnNonFinite.js";
import { timeLimit } from "../../../nn/callbacks/timeLimit.js";
import type { Model } from "../../../nn/models/model.js";
import { adamW } from "../../../nn/optimizers/adamW.js";
import { constant } from "../../../nn/optimizers/schedules/constant.js";
import { oneCycle } from "../../../nn/optimizers/schedules/oneCycle.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { History } from "../../../nn/training/history.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import type { PictureData } from "../pictureData.js";
import { changesOf, type TrainingPlan } from "../plan.js";
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

export interface FitSettings {
  readonly plan: TrainingPlan;
  readonly seed: number;
  readonly classWeights: "none" | "balanced";
  readonly resume: TrainingPosition | undefined;
  /** Seconds after which it ends wherever it is. */
  readonly seconds: number | undefined;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal | undefined;
}

/** Trains a compiled network on pictures; it ends with the weights of the epoch that did best on the validation pictures. */
export function fitNetwork(model: Model, data: PictureData, settings: FitSettings): Promise<History> {
  const { plan, seed, classWeights, resume, seconds, callbacks, signal } = settings;
  const { batchSize, augment, epochs, patience } = plan;
  const weights = classWeights === "balanced" ? balancedWeights(data.train.counts) : undefined;
  const train = sourceOf(data.train.batches({ batchSize, seed, augment: changesOf(augment) }), weights);
  const validates = data.validation.size > 0;
  const stopping = { monitor: "val_loss", patience, restoreBestWeights: true };
  return model.fit(train as never, {
    epochs,
    ...(resume === undefined ? {} : { resume }),
    ...(validates
      ? {
          validationData: sourceOf(
            data.validation.batches({ batchSize, shuffle: false, augment: false }),
          ) as never,
        }
      : {}),
    callbacks: [
      ...(validates ? [earlyStopping(stopping)] : []),
      stopOnNonFinite(),
      ...(seconds === undefined ? [] : [timeLimit(seconds)]),
      ...callbacks,
    ],
    signal,
  });
}
