import { dirname } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import {
  type FieldsOf,
  flag,
  number,
  optional,
  type ReadOf,
  readOptions,
  text,
} from "../../../engine/options.js";
import { saveHeld, saveModel } from "../../files/saveModel.js";
import { hasFiniteWeights } from "../../network/hasFiniteWeights.js";
import type { Callback, FitContext, Moment } from "../../training/callback.js";
import type { Logs } from "../../training/logs.js";
import { type Judge, judgeOf, type MonitorMode, monitored, monitorFields } from "../monitor.js";
import { figure, readRemembered } from "../remembered.js";

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
  /** Default: "auto", by the metric behind the figure, else by its name. */
  readonly mode?: MonitorMode | undefined;
  /**
   * Save after every so many epochs, or the next that has the figure to go by; and after the last of a run that would leave nothing
   * else. Default: 1.
   */
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

const placeholder = "{epoch}";

/** Holds a folder or, where it has another name for each epoch, the right to make those. */
function holdPlace(folder: string): Promise<Lock> {
  if (!folder.includes(placeholder)) return holdFolder(folder);
  const above = dirname(folder.slice(0, folder.indexOf(placeholder) + 1));
  const name = folder.slice(above === "." ? 0 : above.length).replaceAll(/[\\/]+/g, "");
  return holdFolder(above, { name: `.${name}.lock`, of: folder });
}

interface State {
  readonly best: number | null;
  readonly looked: number;
}

const stateFields = { best: optional(figure), looked: number({ min: 0, integer: true }) };

class ModelCheckpoint implements Callback {
  readonly name = "modelCheckpoint";
  readonly #options: ReadOf<typeof fields>;
  /** From the begin of training on, with `saveBestOnly`. */
  #judge: Judge | undefined;
  /** The best figure among those that were saved. */
  #best: number | undefined;
  /** The figure of the epoch that is over. */
  #figure: number | undefined;
  /** Whether the epoch that is over is to be saved. */
  #due = false;
  /** Finished epochs when it was last looked whether to save. */
  #looked = 0;
  /** Whether this run has saved anything. */
  #hasSaved = false;
  /** The step that was saved last, or at which the run began: a stop there leaves nothing new to save. */
  #savedStep = 0;
  /** While training goes on. */
  #lock: Lock | undefined;

  constructor(options: ModelCheckpointOptions) {
    this.#options = readOptions(this.name, options, fields);
    const { saveBestOnly, everySteps } = this.#options;
    if (saveBestOnly && everySteps !== undefined) {
      throw new ImagoError(
        `${this.name}: saveBestOnly goes by the figures of whole epochs; leave out everySteps`,
      );
    }
  }

  async onTrainBegin(context: FitContext): Promise<void> {
    const { trainer, epoch } = context;
    if (this.#options.saveBestOnly) this.#judge = judgeOf(this.name, this.#options, context);
    this.#lock = await holdPlace(this.#options.folder);
    // The best of an earlier run with this callback is in the folder still, and is not replaced by a worse one.
    this.#due = false;
    this.#looked = epoch;
    this.#hasSaved = false;
    this.#savedStep = trainer.state.step;
  }

  onEpochEnd(logs: Logs, context: FitContext): void {
    this.#figure = this.#judge && monitored(this.name, this.#options.monitor, logs, context);
    this.#due = this.#isDue(context) && (this.#judge === undefined || this.#figure !== undefined);
    if (!this.#due) return;
    this.#looked = context.epoch + 1;
    if (this.#judge !== undefined) this.#due = this.#judge.improves(this.#figure as number, this.#best);
  }

  /** After every so many epochs, or the next that has a figure; and after the last of a run that would else leave nothing. */
  #isDue({ epoch, epochs }: FitContext): boolean {
    const { everyEpochs } = this.#options;
    const periods = (finished: number): number => Math.floor(finished / everyEpochs);
    return periods(epoch + 1) > periods(this.#looked) || (epoch + 1 === epochs && !this.#hasSaved);
  }

  async onSettled(moment: Moment, context: FitContext): Promise<void> {
    if (!this.#wants(moment, context) || !hasFiniteWeights(context.model)) return;
    this.#savedStep = context.trainer.state.step;
    this.#hasSaved = true;
    // Before the state is written, and only what is saved raises the bar for what follows.
    if (moment === "epoch" && this.#judge !== undefined) this.#best = this.#figure;
    const { folder } = this.#options;
    this.#lock?.confirm();
    const training = context.position();
    if (!folder.includes(placeholder)) return saveHeld(context.model, folder, { training });
    const epochs = String(context.epoch).padStart(3, "0");
    return saveModel(context.model, folder.replaceAll(placeholder, epochs), { training });
  }

  onTrainEnd(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  #wants(moment: Moment, { step, trainer }: FitContext): boolean {
    const { everySteps, saveBestOnly } = this.#options;
    if (moment === "batch") return everySteps !== undefined && step % everySteps === 0;
    if (moment === "epoch") return this.#due;
    return !saveBestOnly && trainer.state.step > this.#savedStep;
  }

  state(): State {
    return { best: this.#best ?? null, looked: this.#looked };
  }

  restore(state: unknown): void {
    const { best, looked } = readRemembered(this.name, state, stateFields);
    this.#best = best;
    this.#looked = looked;
  }
}

/**
 * Saves the model with all that training needs to go on, after epochs and, if asked, after batches; and when
 * training is stopped inside an epoch. A model whose weights are not finite is not saved, so that the last good one
 * stays. `loadModel` gives it back. While training goes on, the folder is held: a second training that would save there is
 * refused before its first batch.
 *
 * @throws on unknown options; before training, when the folder cannot be written or another training saves there
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  return new ModelCheckpoint(options);
}
