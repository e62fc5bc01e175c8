import { checkOptions, ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import { type BatchEvent, type Callback, callbackMethods, type FitContext } from "../callbacks/callback.js";
import { type ClassWeight, makeColumns } from "../data/columns.js";
import { batches, type Columns, rangeOf } from "../data/source.js";
import type { Model } from "../models/model.js";
import { type Logs, LogTotals } from "./logs.js";
import type { Batch, Trainer } from "./trainer.js";

/** Data and targets, with or without the samples' weights. */
export type DataTuple<X, Y> = readonly [x: X, y: Y] | readonly [x: X, y: Y, sampleWeight: unknown];

/** An endless or finite source of batches, asked anew for each epoch. */
export type BatchSource<X, Y> =
  | AsyncIterable<DataTuple<X, Y>>
  | Iterable<DataTuple<X, Y>>
  | ((epoch: number) => AsyncIterable<DataTuple<X, Y>> | Iterable<DataTuple<X, Y>>);

export interface FitOptions<X, Y> {
  /** Samples in a batch. Default: 32. */
  readonly batchSize?: number | undefined;
  /** The epoch to end at, counted from the very first. Default: 1. */
  readonly epochs?: number | undefined;
  /** The epoch to begin at, when training goes on. Default: 0. */
  readonly initialEpoch?: number | undefined;
  /** Finished batches of that epoch, which are left out. Default: 0. */
  readonly initialStep?: number | undefined;
  /** Draw a new order of the samples in each epoch. Default: true. */
  readonly shuffle?: boolean | undefined;
  /** Fraction of the samples, at the end, that is kept for validation. Default: 0. */
  readonly validationSplit?: number | undefined;
  readonly validationData?: DataTuple<X, Y> | undefined;
  /** Default: batchSize. */
  readonly validationBatchSize?: number | undefined;
  /** Validate after every so many epochs. Default: 1. */
  readonly validationFrequency?: number | undefined;
  /** One weight for each sample (or position); by output where there are several. */
  readonly sampleWeight?: unknown;
  /** A weight for each class, for models with one output. */
  readonly classWeight?: ClassWeight | undefined;
  /** Batches in an epoch, for a source that does not end. */
  readonly stepsPerEpoch?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends training after the batch that is under way. */
  readonly signal?: AbortSignal | undefined;
}

const fitOptionNames = [
  "batchSize",
  "epochs",
  "initialEpoch",
  "initialStep",
  "shuffle",
  "validationSplit",
  "validationData",
  "validationBatchSize",
  "validationFrequency",
  "sampleWeight",
  "classWeight",
  "stepsPerEpoch",
  "callbacks",
  "signal",
] as const;

/** What `fit` did. */
export interface History {
  /** The finished epochs, from 0. */
  readonly epochs: readonly number[];
  /** Each figure at the end of each finished epoch. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Why training ended early; absent when it ran to its end. */
  readonly stopped?: string | undefined;
}

/** The loop of `fit`, one object for each call. */
class Fit implements FitContext {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly epochs: number;
  steps: number | undefined;
  epoch: number;
  step = 0;
  readonly #options: FitOptions<unknown, unknown>;
  readonly #callbacks: readonly Callback[];
  readonly #data: TrainingData;
  #stopped: string | undefined;

  constructor(model: Model, trainer: Trainer, data: TrainingData, options: FitOptions<unknown, unknown>) {
    this.model = model;
    this.trainer = trainer;
    this.#data = data;
    this.#options = options;
    this.#callbacks = checkCallbacks(options.callbacks ?? []);
    this.epochs = options.epochs ?? 1;
    this.epoch = options.initialEpoch ?? 0;
    this.steps = data.steps;
  }

  stop(reason: string): void {
    this.#stopped ??= reason;
  }

  async run(): Promise<History> {
    const epochs: number[] = [];
    const history: Record<string, number[]> = {};
    try {
      await this.#notify((callback) => callback.onTrainBegin?.(this));
      for (; this.epoch < this.epochs && this.#stopped === undefined; this.epoch++) {
        const logs = await this.#runEpoch();
        if (logs === undefined) break;
        epochs.push(this.epoch);
        for (const [name, value] of Object.entries(logs)) {
          history[name] ??= [];
          history[name].push(value);
        }
      }
    } finally {
      await this.#notify((callback) => callback.onTrainEnd?.(this));
    }
    return { epochs, history, ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }) };
  }

  /** @returns the epoch's figures, or `undefined` when it was stopped before its end */
  async #runEpoch(): Promise<Logs | undefined> {
    const { initialEpoch = 0, initialStep = 0 } = this.#options;
    const skip = this.epoch === initialEpoch ? initialStep : 0;
    this.step = skip;
    await this.#notify((callback) => callback.onEpochBegin?.(this));
    const totals = new LogTotals(this.model.compiled.heads);
    for await (const batch of this.#data.batches(this.epoch, skip)) {
      if (this.#aborted()) return undefined;
      await this.#runBatch(batch, totals);
      if (this.#stopped !== undefined) return undefined;
      if (this.step === this.#options.stepsPerEpoch) break;
    }
    if (this.#aborted()) return undefined;
    if (totals.samples === 0) {
      if (skip > 0) return {};
      throw new ImagoError(
        `fit: epoch ${this.epoch} has no batches. A source must be a function, or an iterable that can be read again.`,
      );
    }
    this.steps ??= this.step;
    const logs = { ...totals.logs(), ...(await this.#validate()) };
    await this.#notify((callback) => callback.onEpochEnd?.(logs, this));
    return logs;
  }

  async #runBatch(batch: Batch, totals: LogTotals): Promise<void> {
    const result = await this.trainer.train(batch);
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
    const frequency = this.#options.validationFrequency ?? 1;
    if (validation === undefined || (this.epoch + 1) % frequency !== 0) return {};
    const size = this.#options.validationBatchSize ?? this.#options.batchSize ?? 32;
    const logs = await evaluateColumns(this.model, this.trainer, validation, size);
    return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
  }

  #aborted(): boolean {
    if (this.#options.signal?.aborted === true) this.stop("aborted");
    return this.#stopped !== undefined;
  }

  async #notify(call: (callback: Callback) => void | Promise<void> | undefined): Promise<void> {
    for (const callback of this.#callbacks) {
      // Awaiting only what is a promise keeps a step free of needless turns of the event loop.
      const pending = call(callback);
      if (pending instanceof Promise) await pending;
    }
  }
}

function checkCallbacks(callbacks: readonly Callback[]): readonly Callback[] {
  for (const callback of callbacks) {
    if (typeof callback?.name !== "string") {
      throw new ImagoError("fit: callbacks: expected objects with a name and methods such as onEpochEnd");
    }
    const methods = Object.getOwnPropertyNames(callback).filter((key) => /^on[A-Z]/.test(key));
    checkOptions(
      `callback "${callback.name}"`,
      Object.fromEntries(methods.map((key) => [key, 0])),
      callbackMethods,
    );
  }
  return callbacks;
}

/** Where the batches of an epoch come from. */
interface TrainingData {
  /** Batches in an epoch, where that is known. */
  readonly steps: number | undefined;
  readonly validation: Columns | undefined;
  batches(epoch: number, skip: number): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Trains on data in memory. Used by `Model.fit`, which documents it. */
export async function fitArrays<X, Y>(model: Model, x: X, y: Y, options: FitOptions<X, Y>): Promise<History> {
  checkFitOptions(options);
  const { sampleWeight, classWeight } = options;
  const data = dataModel(model);
  const all = makeColumns("fit", data, { x, y, sampleWeight, classWeight });
  const { training, validation } = splitValidation(data, all, options);
  const { batchSize = 32, shuffle = true } = options;
  const random = new Generator(model.seed).split("shuffle");
  return run(model, options, {
    steps: Math.ceil(training.size / batchSize),
    validation,
    // Each epoch's order depends on the seed and its number alone, so a resumed run draws the same.
    batches: (epoch, skip) => batches(training, batchSize, shuffle ? random.split(epoch) : undefined, skip),
  });
}

/** Trains on a source of batches. Used by `Model.fit`, which documents it. */
export async function fitSource<X, Y>(
  model: Model,
  source: BatchSource<X, Y>,
  options: FitOptions<X, Y>,
): Promise<History> {
  checkFitOptions(options);
  const data = dataModel(model);
  const { validation } = splitValidation(data, undefined, options);
  return run(model, options, {
    steps: options.stepsPerEpoch,
    validation,
    batches: (epoch, skip) => sourceBatches(data, source, epoch, skip),
  });
}

async function* sourceBatches<X, Y>(
  data: ReturnType<typeof dataModel>,
  source: BatchSource<X, Y>,
  epoch: number,
  skip: number,
): AsyncIterable<Batch> {
  let index = 0;
  for await (const [x, y, sampleWeight] of typeof source === "function" ? source(epoch) : source) {
    if (index++ < skip) continue;
    yield makeColumns(`batch ${index - 1}`, data, { x, y, sampleWeight });
  }
}

async function run(
  model: Model,
  options: FitOptions<unknown, unknown>,
  data: TrainingData,
): Promise<History> {
  return new Fit(model, await model.trainer(), data, options).run();
}

function dataModel(model: Model) {
  return { inputs: model.inputs, outputs: model.outputs, heads: model.compiled.heads };
}

function splitValidation<X, Y>(
  data: ReturnType<typeof dataModel>,
  all: Columns | undefined,
  { validationData, validationSplit = 0 }: FitOptions<X, Y>,
): { training: Columns; validation: Columns | undefined } {
  if (validationData !== undefined) {
    const [x, y, sampleWeight] = validationData;
    return {
      training: all as Columns,
      validation: makeColumns("fit: validationData", data, { x, y, sampleWeight }),
    };
  }
  if (validationSplit === 0 || all === undefined) return { training: all as Columns, validation: undefined };
  const boundary = Math.floor(all.size * (1 - validationSplit));
  if (boundary === 0 || boundary === all.size) {
    throw new ImagoError(
      `fit: validationSplit ${validationSplit} of ${all.size} samples leaves nothing to train or to validate on`,
    );
  }
  return { training: rangeOf(all, 0, boundary), validation: rangeOf(all, boundary, all.size) };
}

function checkFitOptions(options: FitOptions<never, never> | FitOptions<unknown, unknown>): void {
  checkOptions("fit", options, fitOptionNames);
  const whole = {
    batchSize: 1,
    epochs: 0,
    initialEpoch: 0,
    initialStep: 0,
    validationBatchSize: 1,
    validationFrequency: 1,
    stepsPerEpoch: 1,
  };
  for (const [name, least] of Object.entries(whole)) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) continue;
    throw new ImagoError(`fit: ${name} must be a whole number from ${least}, received ${String(value)}`);
  }
  const { validationSplit: split = 0 } = options;
  if (!(split >= 0 && split < 1))
    throw new ImagoError(`fit: validationSplit must be from 0 to below 1, received ${split}`);
}

/** Losses and metrics over columns. */
export async function evaluateColumns(
  model: Model,
  trainer: Trainer,
  columns: Columns,
  batchSize: number,
): Promise<Logs> {
  const totals = new LogTotals(model.compiled.heads);
  for (const batch of batches(columns, batchSize)) totals.add(await trainer.evaluate(batch));
  return totals.logs();
}

/** Losses and metrics over one pass of a source. */
export async function evaluateSource<X, Y>(
  model: Model,
  trainer: Trainer,
  source: BatchSource<X, Y>,
): Promise<Logs> {
  const totals = new LogTotals(model.compiled.heads);
  for await (const batch of sourceBatches(dataModel(model), source, 0, 0))
    totals.add(await trainer.evaluate(batch));
  if (totals.samples === 0) throw new ImagoError("evaluate: the source has no batches");
  return totals.logs();
}
