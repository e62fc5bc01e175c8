import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, type ReadOf, readOptions } from "../../engine/options.js";
import { directionOf, type MonitorMode, monitored, monitorFields } from "../../nn/callbacks/monitor.js";
import type { Callback, FitContext } from "../../nn/training/callback.js";
import type { Logs } from "../../nn/training/logs.js";
import type { Trial } from "./study/trial.js";

export interface PruningOptions {
  /** The figure that is reported; it should be the one that the objective gives. Default: "val_loss". */
  readonly monitor?: string | undefined;
  /** Whether less or more of the figure is better. Default: "auto", by its name. */
  readonly mode?: MonitorMode | undefined;
}

const fields = monitorFields satisfies FieldsOf<PruningOptions>;

class Pruning implements Callback {
  readonly name = "pruning";
  readonly #trial: Trial<unknown>;
  readonly #options: ReadOf<typeof fields>;

  constructor(trial: Trial<unknown>, options: PruningOptions) {
    this.#trial = trial;
    this.#options = readOptions(this.name, options, fields);
    const { monitor, mode } = this.#options;
    const better = directionOf(this.name, monitor, mode) === "min" ? "minimize" : "maximize";
    if (better !== trial.direction) {
      throw new ImagoError(
        `${this.name}: the study is to ${trial.direction} its value, but "${monitor}" is a figure to ${better}.`,
        { help: `Set the study's direction to "${better}", or monitor what the objective gives.` },
      );
    }
  }

  onEpochEnd(logs: Logs, context: FitContext): void {
    const { monitor } = this.#options;
    const value = monitored(this.name, monitor, logs, context);
    if (value === undefined) return;
    const step = context.epoch + 1;
    this.#trial.report(value, step);
    if (this.#trial.shouldStop) {
      context.stop(`pruning: trial ${this.#trial.number} is not worth going on after epoch ${step}`);
    }
  }
}

/**
 * Reports a figure of each epoch to a trial, from step 1 on, and stops training where the study's pruner finds that the trial is
 * not worth going on. The trial is then pruned, whatever the objective gives.
 *
 * @throws ImagoError on unknown options, on a figure that gets better in the direction opposed to the study's, and at the end of
 *   an epoch where there is no such figure
 */
export function pruning(trial: Trial<unknown>, options: PruningOptions = {}): Callback {
  return new Pruning(trial, options);
}
