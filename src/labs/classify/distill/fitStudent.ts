import type { FitOptions } from "../../../nn/training/fitOptions.js";
import type { History } from "../../../nn/training/history.js";
import { pixelsName } from "../networks/scratchModel.js";
import type { PictureData } from "../pictureData.js";
import { changesOf } from "../plan.js";
import { fitOptionsFor, type PlannedFit } from "../training/fitOptionsFor.js";
import { type PictureSource, sourceOf } from "../training/weightedSource.js";
import type { HeldOut } from "./heldOut.js";

/** A student, by itself or under its teachers. */
interface Learner {
  fit(source: PictureSource, options: FitOptions<never, never>): Promise<History>;
  fit(x: never, y: never, options: FitOptions<never, never>): Promise<History>;
}

export interface StudentFit extends PlannedFit {
  readonly seed: number;
  /** The pictures to learn in memory, for teachers that were asked before. Default: they are read as they are needed. */
  readonly inMemory?: HeldOut | undefined;
}

/** Trains a compiled student; it ends with the weights of the epoch that did best on the validation pictures. */
export function fitStudent(learner: Learner, data: PictureData, settings: StudentFit): Promise<History> {
  const { plan, seed, inMemory } = settings;
  const { batchSize, augment } = plan;
  const options = fitOptionsFor(data, settings);
  if (inMemory !== undefined) {
    const { x, y } = inMemory;
    return learner.fit({ [pixelsName]: x } as never, y as never, { ...options, batchSize });
  }
  const source = sourceOf(data.train.batches({ batchSize, seed, augment: changesOf(augment) }));
  return learner.fit(source, options);
}
