import { earlyStopping } from "../../../nn/callbacks/earlyStopping.js";
import { stopOnNonFinite } from "../../../nn/callbacks/stopOnNonFinite.js";
import { timeLimit } from "../../../nn/callbacks/timeLimit.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { FitOptions } from "../../../nn/training/fitOptions.js";
import type { History } from "../../../nn/training/history.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { pixelsName } from "../networks/scratchModel.js";
import type { PictureData } from "../pictureData.js";
import { changesOf, type TrainingPlan } from "../plan.js";
import { type PictureSource, sourceOf } from "../training/weightedSource.js";
import type { HeldOut } from "./heldOut.js";

/** A student, by itself or under its teachers. */
interface Learner {
  fit(source: PictureSource, options: FitOptions<never, never>): Promise<History>;
  fit(x: never, y: never, options: FitOptions<never, never>): Promise<History>;
}

export interface StudentFit {
  readonly plan: TrainingPlan;
  readonly seed: number;
  readonly resume: TrainingPosition | undefined;
  /** Seconds after which it ends wherever it is. */
  readonly seconds: number | undefined;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal | undefined;
  /** The pictures to learn in memory, for teachers that were asked before. Default: they are read as they are needed. */
  readonly inMemory?: HeldOut | undefined;
}

/** Trains a compiled student; it ends with the weights of the epoch that did best on the validation pictures. */
export function fitStudent(learner: Learner, data: PictureData, settings: StudentFit): Promise<History> {
  const { plan, seed, resume, seconds, callbacks, signal, inMemory } = settings;
  const { batchSize, augment, epochs, patience } = plan;
  const validates = data.validation.size > 0;
  const heldOut = validates
    ? sourceOf(data.validation.batches({ batchSize, shuffle: false, augment: false }))
    : undefined;
  const stopping = { monitor: "val_loss", patience, restoreBestWeights: true };
  const options: FitOptions<never, never> = {
    ...{ epochs, resume, signal },
    ...(heldOut === undefined ? {} : { validationData: heldOut as never }),
    callbacks: [
      ...(validates ? [earlyStopping(stopping)] : []),
      stopOnNonFinite(),
      ...(seconds === undefined ? [] : [timeLimit(seconds)]),
      ...callbacks,
    ],
  };
  if (inMemory !== undefined) {
    const { x, y } = inMemory;
    return learner.fit({ [pixelsName]: x } as never, y as never, { ...options, batchSize });
  }
  const source = sourceOf(data.train.batches({ batchSize, seed, augment: changesOf(augment) }));
  return learner.fit(source, options);
}
