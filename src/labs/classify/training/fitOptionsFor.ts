import { earlyStopping } from "../../../nn/callbacks/earlyStopping.js";
import { stopOnNonFinite } from "../../../nn/callbacks/stopOnNonFinite.js";
import { timeLimit } from "../../../nn/callbacks/timeLimit.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { FitOptions } from "../../../nn/training/fitOptions.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import type { PictureData } from "../pictureData.js";
import type { TrainingPlan } from "../plan.js";
import { sourceOf } from "./weightedSource.js";

/** What a training is told besides its pictures. */
export interface PlannedFit {
  readonly plan: TrainingPlan;
  readonly resume: TrainingPosition | undefined;
  /** Seconds after which it ends wherever it is. */
  readonly seconds: number | undefined;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal | undefined;
}

/** How pictures are learnt by a plan: it ends with the weights of the epoch that did best on the validation pictures. */
export function fitOptionsFor(
  { validation }: PictureData,
  { plan: { batchSize, epochs, patience }, resume, seconds, callbacks, signal }: PlannedFit,
): FitOptions<never, never> {
  const validates = validation.size > 0;
  const heldOut = (): unknown => sourceOf(validation.batches({ batchSize, shuffle: false, augment: false }));
  return {
    ...{ epochs, resume, signal },
    ...(validates ? { validationData: heldOut() as never } : {}),
    callbacks: [
      ...(validates ? [earlyStopping({ monitor: "val_loss", patience, restoreBestWeights: true })] : []),
      stopOnNonFinite(),
      ...(seconds === undefined ? [] : [timeLimit(seconds)]),
      ...callbacks,
    ],
  };
}
