import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, having, number, type ReadOf, readOptions } from "../../engine/options.js";
import { directionOf, type MonitorMode, monitored, monitorFields } from "../../nn/callbacks/monitor.js";
import type { Callback, FitContext, Moment } from "../../nn/training/callback.js";
import { figureDirections } from "../../nn/training/figureNames.js";
import type { Logs } from "../../nn/training/logs.js";
import type { TrainingPosition } from "../../nn/training/position.js";
import type { Trial } from "./study/trial.js";
import { restoreTraining, saveTraining } from "./trainingCheckpoint.js";

export interface PruningOptions {
  /** The figure that is reported; it should be the one that the objective gives. Default: "val_loss". */
  readonly monitor?: string | undefined;
  /** Whether less or more of the figure is better. Default: "auto", by the metric behind it, else by its name. */
  readonly mode?: MonitorMode | undefined;
  /**
   * Seconds of training after which a checkpoint is saved at the end of an epoch, from which the trial goes on if its process ends.
   * What is trained does not depend on it. Default: 30.
   */
  readonly saveEvery?: number | undefined;
}

const fields = {
  ...monitorFields,
  saveEvery: number({ default: 30, min: 0 }),
} satisfies FieldsOf<PruningOptions>;

class Pruning implements Callback {
  readonly name = "pruning";
  readonly #trial: Trial<unknown>;
  readonly #options: ReadOf<typeof fields>;
  #savedAt = performance.now();
  /** The figure of the epoch that is over, until all callbacks have heard of it. */
  #value: number | undefined;

  constructor(trial: Trial<unknown>, options: PruningOptions) {
    having<Trial<unknown>>("a trial", "direction", "report").read("pruning", "trial", trial);
    this.#trial = trial;
    this.#options = readOptions(this.name, options, fields);
  }

  onTrainBegin({ model }: FitContext): void {
    const { monitor, mode } = this.#options;
    const direction = directionOf(this.name, monitor, mode, figureDirections(model.compiled.heads));
    const better = direction === "min" ? "minimize" : "maximize";
    if (better === this.#trial.direction) return;
    throw new ImagoError(
      `${this.name}: the study is to ${this.#trial.direction} its value, but "${monitor}" is a figure to ${better}.`,
      {
        help:
          `Set the study's direction to "${better}" (in tuneModel, mode to "${direction}"), or monitor what the ` +
          "objective gives.",
      },
    );
  }

  /** Where the trial was when it was paused, or saved before its process ended. */
  resumeFrom(context: FitContext): Promise<TrainingPosition | undefined> {
    return restoreTraining(this.#trial, context);
  }

  onEpochEnd(logs: Logs, context: FitContext): void {
    const { monitor } = this.#options;
    this.#value = monitored(this.name, monitor, logs, context);
  }

  async onSettled(moment: Moment, context: FitContext): Promise<void> {
    if (moment !== "epoch") return;
    // Other callbacks may have ended it, wherever they stand in the list: then this is all that it comes to.
    const isOver = context.epoch >= context.epochs || context.stopped !== undefined;
    if (this.#value !== undefined) await this.#trial.report(this.#value, context.epoch, { final: isOver });
    this.#value = undefined;
    if (!isOver) await this.#save(context);
    if (isOver || !this.#trial.shouldStop) return;
    const what = this.#trial.pauses ? "may go on later" : "is not worth going on";
    context.stop(`pruning: trial ${this.#trial.number} ${what} after epoch ${context.epoch}`);
  }

  async #save(context: FitContext): Promise<void> {
    if (!this.#trial.isResumable) return;
    const waited = performance.now() - this.#savedAt;
    if (!this.#trial.pauses && (this.#trial.shouldStop || waited < 1000 * this.#options.saveEvery)) return;
    await saveTraining(this.#trial, context);
    this.#savedAt = performance.now();
  }
}

/**
 * Reports a figure of each epoch to a trial, from step 1 on, and stops training where the study's pruner finds that the trial is
 * not worth going on, or not yet. The trial is then pruned or paused, whatever the objective gives. What is needed to go on is
 * saved, and when the objective is called again for the same trial, `fit` goes on from there, to the same bytes.
 *
 * @throws ImagoError on unknown options; in `fit`, on a figure that gets better in the direction opposed to the study's, and at the
 *   end of an epoch where there is no such figure
 */
export function pruning(trial: Trial<unknown>, options: PruningOptions = {}): Callback {
  return new Pruning(trial, options);
}
