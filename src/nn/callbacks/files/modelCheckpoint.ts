import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  flag,
  number,
  optional,
  type ReadOf,
  readOptions,
  text,
} from "../../../engine/options.js";
import { saveModel } from "../../files/saveModel.js";
import { hasFiniteWeights } from "../../network/hasFiniteWeights.js";
import type { Callback, FitContext, Moment } from "../../training/callback.js";
import type { Logs } from "../../training/logs.js";
import { directionOf, Judge, type MonitorMode, monitored, monitorFields } from "../monitor.js";

export interface ModelCheckpointOptions {
  /**
   * Where to save; each save replaces the one before, which stays in `previous` inside. `{epoch}` in it stands for the number
   * of finished epochs, in three digits or more: `run/{epoch}` keeps the model of every epoch. What is saved
   * inside an epoch replaces that of the epoch before.
   */
  readonly folder: string;
  /** Save only when the figure is better than all that were saved. Default: false. */
  readonly saveBestOnly?: boolean | undefined;
  /** The figure that `saveBestOnly` goes by. Default: "val_loss". */
  readonly monitor?: string | undefined;
  /** Default: "auto", by the figure's name. */
  readonly mode?: MonitorMode | undefined;
  /** Save after every so many epochs. Default: 1. */
  readonly everyEpochs?: number | undefined;
  /** Save after every so many batches too, counted within the epoch. Default: not. */
  readonly everySteps?: number | undefined;
}

const fields = {
  folder: text(),
  saveBestOnly: flag(false),
  ...monitorFields,
  everyEpochs: number({ default: 1, min: 1, integer: true }),
  everySteps: optional(number({ min: 1, integer: true })),
} satisfies FieldsOf<ModelCheckpointOptions>;

class ModelCheckpoint implements Callback {
  readonly name = "modelCheckpoint";
  readonly #options: ReadOf<typeof fields>;
  readonly #judge: Judge | undefined;
  /** The best figure among those that were saved. */
  #best: number | undefined;
  /** The figure of the epoch that is over. */
  #figure: number | undefined;
  /** Whether the epoch that is over is to be saved. */
  #due = false;
  /** The step that was saved last, or at which the run began: a stop there leaves nothing new to save. */
  #savedStep = 0;

  constructor(options: ModelCheckpointOptions) {
    this.#options = readOptions(this.name, options, fields);
    const { saveBestOnly, monitor, mode, everySteps } = this.#options;
    if (saveBestOnly && everySteps !== undefined) {
      throw new ImagoError(
        `${this.name}: saveBestOnly goes by the figures of whole epochs; leave out everySteps`,
      );
    }
    if (saveBestOnly) this.#judge = new Judge(directionOf(this.name, monitor, mode), 0);
  }

  onTrainBegin({ trainer }: FitContext): void {
    this.#best = undefined;
    this.#due = false;
    this.#savedStep = trainer.state.step;
  }

  onEpochEnd(logs: Logs, context: FitContext): void {
    this.#due = (context.epoch + 1) % this.#options.everyEpochs === 0;
    if (this.#judge === undefined) return;
    this.#figure = monitored(this.name, this.#options.monitor, logs, context);
    this.#due &&= this.#figure !== undefined && this.#judge.improves(this.#figure, this.#best);
  }

  async onSettled(moment: Moment, context: FitContext): Promise<void> {
    if (!this.#wants(moment, context) || !hasFiniteWeights(context.model)) return;
    this.#savedStep = context.trainer.state.step;
    // Before the state is written, and only what is saved raises the bar for what follows.
    if (moment === "epoch" && this.#judge !== undefined) this.#best = this.#figure;
    const epochs = String(context.epoch).padStart(3, "0");
    const folder = this.#options.folder.replaceAll("{epoch}", epochs);
    await saveModel(context.model, folder, { training: context.position() });
  }

  #wants(moment: Moment, { step, trainer }: FitContext): boolean {
    const { everySteps, saveBestOnly } = this.#options;
    if (moment === "batch") return everySteps !== undefined && step % everySteps === 0;
    if (moment === "epoch") return this.#due;
    return !saveBestOnly && trainer.state.step > this.#savedStep;
  }

  state(): number | null {
    return this.#best ?? null;
  }

  restore(state: unknown): void {
    this.#best = (state as number | null) ?? undefined;
  }
}

/**
 * Saves the model with all that training needs to go on, after epochs and, if asked, after batches; and when
 * training is stopped inside an epoch. A model whose weights are not finite is not saved, so that the last good one
 * stays. `loadModel` gives it back.
 *
 * @throws on unknown options; while training, when the folder cannot be written
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  return new ModelCheckpoint(options);
}
