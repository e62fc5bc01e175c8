import { ImagoError } from "../../engine/errors.js";
import type { Batch } from "../data/batch.js";
import { batches, type Columns } from "../data/source.js";
import { batchSizeFor } from "../network/batching.js";
import type { BatchEvent, Callback, FitContext, Moment } from "./callback.js";
import { checkStart } from "./checkStart.js";
import { evaluateBatches } from "./evaluate.js";
import type { FitSettings } from "./fitOptions.js";
import type { History } from "./history.js";
import { type Logs, LogTotals } from "./logs.js";
import type { PartsOption } from "./parts/partsOption.js";
import type { PastEpochs, Reading, TrainingPosition } from "./position.js";
import type { TrainableNetwork } from "./trainableNetwork.js";
import type { Trainer } from "./trainer.js";

/** What is measured on after epochs: data in memory, or batches that are made anew each time. */
export type Validation = Columns | (() => AsyncIterable<Batch>);

/** Where the batches of an epoch come from. */
export interface TrainingData {
  /** Batches in an epoch, where that is known. */
  readonly steps: number | undefined;
  readonly validation: Validation | undefined;
  /** How data in memory are read. Absent for a source, which reads its own. */
  readonly reading?: Reading | undefined;
  batches(epoch: number, skip: number): Iterable<Batch> | AsyncIterable<Batch>;
}

/** The loop of `fit`, one object for each call. */
export class FitLoop implements FitContext {
  readonly model: TrainableNetwork;
  readonly trainer: Trainer;
  readonly epochs: number;
  steps: number | undefined;
  epoch: number;
  step: number;
  readonly #options: FitSettings;
  /** What steps are to be computed in; absent where they go on as the training has it. */
  #parts: PartsOption | undefined;
  readonly #callbacks: readonly Callback[];
  readonly #data: TrainingData;
  readonly #epochs: number[] = [];
  readonly #history: Record<string, number[]> = {};
  #resume: TrainingPosition | undefined;
  /** The figures of the epoch so far; absent between epochs. */
  #totals: LogTotals | undefined;
  #stopped: string | undefined;

  constructor(model: TrainableNetwork, trainer: Trainer, data: TrainingData, options: FitSettings) {
    this.model = model;
    this.trainer = trainer;
    this.#data = data;
    this.#options = options;
    this.#callbacks = options.callbacks ?? [];
    this.epochs = options.epochs;
    this.epoch = options.resume?.epoch ?? options.initialEpoch;
    this.step = options.resume?.step ?? options.initialStep;
    this.steps = data.steps;
    this.#resume = options.resume;
  }

  get validates(): boolean {
    return this.#data.validation !== undefined;
  }

  get stopped(): string | undefined {
    return this.#stopped;
  }

  stop(reason: string): void {
    this.#stopped ??= reason;
  }

  get past(): PastEpochs {
    return { epochs: this.#epochs, history: this.#history };
  }

  batches(): Iterable<Batch> | AsyncIterable<Batch> {
    return this.#data.batches(0, 0);
  }

  position(): TrainingPosition {
    const callbacks = this.#callbacks.flatMap((callback) =>
      callback.state === undefined ? [] : [{ name: callback.name, state: callback.state() }],
    );
    const reading = this.step > 0 ? this.#data.reading : undefined;
    const at = { epoch: this.epoch, step: this.step, callbacks, totals: this.#totals?.state() };
    return reading === undefined ? at : { ...at, reading };
  }

  async run(): Promise<History> {
    let position: TrainingPosition;
    await this.#goOn();
    this.#setParts();
    checkStart(this.#data, { ...this.#resume, epoch: this.epoch, step: this.step });
    try {
      await this.#notify((callback) => callback.onTrainBegin?.(this));
      this.#restoreCallbacks();
      while (this.epoch < this.epochs && !this.#aborted()) await this.#runEpoch();
      if (this.#stopped !== undefined) await this.#settle("stop");
      position = this.position();
    } catch (error) {
      // What went wrong first is what is told.
      await this.#end().catch(() => {});
      throw error;
    }
    await this.#end();
    const stopped = this.#stopped === undefined ? {} : { stopped: this.#stopped };
    const { parts, whole } = this.trainer;
    const split = { ...(parts === undefined ? {} : { parts }), ...(whole === undefined ? {} : { whole }) };
    return { epochs: this.#epochs, history: this.#history, position, ...stopped, ...split };
  }

  /** What was asked for now counts before what the training was begun with, from its first step that comes to its end. */
  #setParts(): void {
    const { parts, partStatistics } = this.#options;
    const isOther = partStatistics !== undefined && partStatistics !== this.trainer.partStatistics;
    // What was whole for want of statistics need not be so any more.
    this.#parts = parts ?? (isOther && this.trainer.parts === 1 ? "auto" : undefined);
    if (partStatistics !== undefined) this.trainer.partStatistics = partStatistics;
  }

  /** Lets every callback give back what it holds, and throws the first error of those that could not. */
  async #end(): Promise<void> {
    const errors: unknown[] = [];
    for (const callback of this.#callbacks) {
      try {
        await callback.onTrainEnd?.(this);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Asks callbacks where to go on, unless that was said. */
  async #goOn(): Promise<void> {
    if (this.#resume !== undefined || this.epoch > 0 || this.step > 0) return;
    for (const callback of this.#callbacks) {
      const position = await callback.resumeFrom?.(this);
      if (position === undefined) continue;
      this.#resume = position;
      this.epoch = position.epoch;
      this.step = position.step;
      this.#remember(position.past);
      return;
    }
  }

  #remember(past: PastEpochs | undefined): void {
    if (past === undefined) return;
    this.#epochs.push(...past.epochs);
    for (const [name, values] of Object.entries(past.history)) this.#history[name] = [...values];
  }

  /** Gives each callback what one of its name, in the same place among those, wanted to remember. */
  #restoreCallbacks(): void {
    const saved = [...(this.#resume?.callbacks ?? [])];
    for (const callback of this.#callbacks) {
      const index = saved.findIndex(({ name }) => name === callback.name);
      if (index < 0 || callback.restore === undefined) continue;
      const [found] = saved.splice(index, 1);
      callback.restore(found?.state, this);
    }
  }

  async #runEpoch(): Promise<void> {
    const totals = new LogTotals(this.model.compiled.heads);
    const resume = this.#resume;
    if (this.step > 0 && resume?.totals !== undefined) totals.restore(resume.totals);
    this.#totals = totals;
    await this.#notify((callback) => callback.onEpochBegin?.(this));
    if (!(await this.#runBatches(totals))) return;
    this.steps ??= this.step;
    const logs = { ...totals.logs(), ...(await this.#validate()) };
    this.#record(logs);
    await this.#notify((callback) => callback.onEpochEnd?.(logs, this));
    this.epoch++;
    this.step = 0;
    this.#totals = undefined;
    await this.#settle("epoch");
  }

  #record(logs: Logs): void {
    this.#epochs.push(this.epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.#history[name] ??= [];
      this.#history[name].push(value);
    }
  }

  /** @returns whether the epoch came to its end, and was not stopped before */
  async #runBatches(totals: LogTotals): Promise<boolean> {
    const { stepsPerEpoch = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#aborted()) return false;
    if (this.step < stepsPerEpoch) {
      for await (const batch of this.#data.batches(this.epoch, this.step)) {
        if (this.#aborted()) return false;
        await this.#runBatch(batch, totals);
        if (this.#stopped !== undefined) return false;
        await this.#settle("batch");
        if (this.step >= stepsPerEpoch) break;
      }
    }
    if (this.#aborted()) return false;
    // Of a resumed epoch, those before count.
    if (totals.samples > 0) return true;
    const behind = this.step === 0 ? "" : ` after ${this.step}`;
    throw new ImagoError(
      `fit: epoch ${this.epoch} has no batches${behind}. A source must be a function, or an iterable that can be read again.`,
    );
  }

  async #runBatch(batch: Batch, totals: LogTotals): Promise<void> {
    const result = await this.trainer.train(batch, this.#parts);
    // What a rule has decided holds for all of them.
    if (this.#parts === "auto") this.#parts = this.trainer.parts;
    totals.add(result);
    this.step++;
    const event: BatchEvent = {
      step: this.step,
      batch,
      loss: result.loss,
      get logs() {
        return totals.logs();
      },
    };
    await this.#notify((callback) => callback.onBatchEnd?.(event, this));
  }

  async #validate(): Promise<Logs> {
    const { validation } = this.#data;
    const { validationFrequency, batchSize, validationBatchSize = batchSize } = this.#options;
    const size = batchSizeFor("fit", this.model, validationBatchSize);
    if (validation === undefined || (this.epoch + 1) % validationFrequency !== 0) return {};
    const data = typeof validation === "function" ? validation() : batches(validation, size);
    const logs = await evaluateBatches("fit: validationData", this.model, this.trainer, data);
    return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
  }

  #aborted(): boolean {
    if (this.#options.signal?.aborted === true) this.stop("aborted");
    return this.#stopped !== undefined;
  }

  #settle(moment: Moment): Promise<void> {
    return this.#notify((callback) => callback.onSettled?.(moment, this));
  }

  async #notify(call: (callback: Callback) => void | Promise<void> | undefined): Promise<void> {
    for (const callback of this.#callbacks) {
      // Awaiting only what is a promise keeps a step free of needless turns of the event loop.
      const pending = call(callback);
      if (pending instanceof Promise) await pending;
    }
  }
}
