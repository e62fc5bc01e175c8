import {
  abortSignal,
  callable,
  type FieldsOf,
  having,
  list,
  number,
  numbers,
  optional,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Model } from "../../../nn/models/model.js";
import { rmsprop } from "../../../nn/optimizers/rmsprop.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { History } from "../../../nn/training/history.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { type TextConfig, textConfigFields } from "./config.js";
import { epochReports, type FiguresKept, lastReport } from "./epochReport.js";
import { trainingNetwork } from "./network.js";
import { Vocabulary } from "./vocabulary.js";
import {
  checkStrands,
  denseBatchCount,
  denseBatches,
  type TextBatch,
  windowBatches,
  windowsOf,
} from "./windows.js";
import { TextWriter } from "./writer.js";

/** What a model knows of text that it has not learnt. */
export interface HeldOutReport {
  /** Mean crossentropy for a token, in nats. */
  readonly loss: number;
  /** The same in bits: for characters, bits per character. */
  readonly bitsPerToken: number;
  /** e to the loss: among how many equally likely tokens it would be as hard to choose. */
  readonly perplexity: number;
}

/** A passage written after an epoch. */
export interface TextSample {
  readonly temperature: number;
  /** A passage of the corpus, which the model went on from. */
  readonly prompt: string;
  readonly text: string;
}

export interface EpochReport {
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly heldOut: HeldOutReport | undefined;
  readonly samples: readonly TextSample[];
}

/** What is remembered of a finished epoch. */
export interface EpochFigures {
  /** Mean crossentropy of the training batches, in nats for a token, while they were learnt. */
  readonly loss: number;
  /** The same of the held-out text behind the epoch; `null` when that is too short to measure on. */
  readonly heldOut: number | null;
  /** The measuring was cut short by a signal, and comes first where training goes on. */
  readonly pending?: true;
}

export interface TrainerOptions {
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
  /** A network of this configuration, compiled, that has learnt already. Default: a new one. */
  readonly network?: Model | undefined;
}

const trainerFields = {
  runtime: optional(having<Runtime>("a Runtime", "compile")),
  network: optional(having<Model>("a model", "fit", "variables")),
} satisfies FieldsOf<TrainerOptions>;

export interface TrainOptions {
  /** The epoch to end at, 1 to 1000000. Default: 1. */
  readonly epochs?: number | undefined;
  /** Where an earlier run stood, to go on from there. Default: the beginning. */
  readonly resume?: TrainingPosition | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Temperatures of the samples after each epoch, above 0. Default: 0.2, 0.5 and 1. */
  readonly temperatures?: readonly number[] | undefined;
  /** Tokens in each sample. Default: 400; 0 for none. */
  readonly sampleLength?: number | undefined;
  readonly onEpoch?: ((report: EpochReport) => void | Promise<void>) | undefined;
}

/** How {@link TrainOptions} are read. */
export const trainFields = {
  epochs: number({ default: 1, min: 1, max: 1_000_000, integer: true, help: "passes over the text" }),
  resume: optional(having<TrainingPosition>("a position in training", "epoch", "step")),
  callbacks: optional(list(unchecked<Callback>("a callback"), "an array of callbacks")),
  signal: abortSignal,
  temperatures: optional(numbers({ above: 0 })),
  sampleLength: number({ default: 400, min: 0, integer: true }),
  onEpoch: optional(callable<NonNullable<TrainOptions["onEpoch"]>>()),
} satisfies FieldsOf<TrainOptions>;

export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
}

const measureFields = { signal: abortSignal } satisfies FieldsOf<MeasureOptions>;

/** A text, and the network that learns it. */
export class TextTrainer {
  readonly config: TextConfig;
  readonly vocabulary: Vocabulary;
  readonly network: Model;
  /** Batches in an epoch. */
  readonly stepsPerEpoch: number;
  readonly #runtime: Runtime | undefined;
  readonly #training: Int32Array;
  readonly #heldOut: Int32Array;
  #figures: readonly EpochFigures[] = [];

  /**
   * @param text the corpus
   * @param config made by `textConfig` for this text
   * @throws when the text is too short for one batch, or has characters that the vocabulary has not
   */
  constructor(text: string, config: TextConfig, options: TrainerOptions = {}) {
    const { runtime, network } = readOptions("TextTrainer", options, trainerFields);
    this.config = readOptions("TextTrainer: config", config, textConfigFields);
    this.vocabulary = new Vocabulary(this.config.vocabulary);
    this.#runtime = runtime;
    const tokens = this.vocabulary.encode(text);
    const boundary = Math.round(tokens.length * (1 - this.config.heldOut));
    this.#training = tokens.subarray(0, boundary);
    this.#heldOut = tokens.subarray(boundary);
    // Said here, before anything is compiled.
    this.stepsPerEpoch = this.#countSteps();
    this.network = network ?? compiledNetwork(this.config, runtime);
  }

  /** What is known of each finished epoch, those before a resumption included. */
  get figures(): readonly EpochFigures[] {
    return this.#figures;
  }

  #countSteps(): number {
    const { network, batchSize, step } = this.config;
    if (network.mode === "window") {
      return Math.ceil(windowsOf(this.#training, network.length, step).starts.length / batchSize);
    }
    checkStrands(this.#training.length, network.length, batchSize);
    return denseBatchCount(this.#training.length, network.length, batchSize);
  }

  #batches(tokens: Int32Array, shuffle?: Generator): Iterable<TextBatch> {
    const { network, batchSize, step } = this.config;
    return network.mode === "dense"
      ? denseBatches(tokens, network.length, batchSize)
      : windowBatches(windowsOf(tokens, network.length, step), batchSize, shuffle);
  }

  /**
   * Trains; callbacks see the epochs as `fit` runs them.
   *
   * @throws on unknown options and values outside their range, and what callbacks throw
   */
  async train(options: TrainOptions = {}): Promise<History> {
    const settings = readOptions("train", options, trainFields);
    const { epochs, resume, callbacks = [], signal } = settings;
    const order = new Generator(this.config.seed).split("windows");
    return this.network.fit((epoch: number) => this.#batches(this.#training, order.split(epoch)), {
      epochs,
      stepsPerEpoch: this.stepsPerEpoch,
      // Last, so that a progress bar is done with its line before the epoch is reported.
      callbacks: [...callbacks, epochReports(this, this.#kept(), settings)],
      resume,
      signal,
    });
  }

  /**
   * Makes the report of an epoch that was the last, where a signal cut it short: where epochs follow, `train` does.
   *
   * @param options as for `train`, with the `resume` of the run that was cut short
   * @returns where training stands then, to be saved; `undefined` where no report is owed, or the signal comes again
   */
  async catchUp(options: TrainOptions = {}): Promise<TrainingPosition | undefined> {
    const settings = readOptions("catchUp", options, trainFields);
    const { resume } = settings;
    return resume === undefined ? undefined : lastReport(this, this.#kept(), resume, settings);
  }

  #kept(): FiguresKept {
    return {
      get: () => this.#figures,
      set: (figures) => {
        this.#figures = figures;
      },
    };
  }

  /** Forgets the state that dense mode carries from batch to batch. */
  resetStates(): void {
    this.network.resetStates();
  }

  /** A passage of the learnt text, as long as a window. */
  passage(random: Generator): string {
    const { length } = this.config.network;
    const start = random.integer(Math.max(1, this.#training.length - length));
    return this.vocabulary.decode(this.#training.subarray(start, start + length));
  }

  /**
   * The crossentropy on the held-out text; `undefined` when that is too short. In dense mode each strand's state
   * is carried from its beginning to its end; what training had carried is forgotten.
   *
   * @throws the signal's reason when it aborts
   */
  async measure(options: MeasureOptions = {}): Promise<HeldOutReport | undefined> {
    const { signal } = readOptions("measure", options, measureFields);
    const { length, mode } = this.config.network;
    const tokens = this.#heldOut;
    if (tokens.length < (mode === "dense" ? 2 : length + 1)) return undefined;
    const isShort = mode === "dense" && denseBatchCount(tokens.length, length, this.config.batchSize) < 1;
    const loss = isShort
      ? await this.#measureByStepping(tokens, signal)
      : await this.#evaluate(tokens, signal);
    return { loss, bitsPerToken: loss / Math.LN2, perplexity: Math.exp(loss) };
  }

  async #evaluate(tokens: Int32Array, signal: AbortSignal | undefined): Promise<number> {
    this.resetStates();
    const { loss } = await this.network.evaluate(until(this.#batches(tokens), signal));
    this.resetStates();
    return loss as number;
  }

  /** For texts with fewer tokens than the network's strands. */
  async #measureByStepping(tokens: Int32Array, signal: AbortSignal | undefined): Promise<number> {
    const writer = await this.writer();
    try {
      return await writer.measure(tokens, signal);
    } finally {
      await writer.dispose();
    }
  }

  /** Writes text with the weights as they are now. */
  async writer(): Promise<TextWriter> {
    const runtime = this.#runtime ?? (await defaultRuntime());
    return TextWriter.open(this.config, this.network, runtime);
  }

  dispose(): Promise<void> {
    return this.network.dispose();
  }
}

/** Batches, as long as a signal lets them go on. */
function* until<T>(batches: Iterable<T>, signal: AbortSignal | undefined): Iterable<T> {
  for (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}

function compiledNetwork(config: TextConfig, runtime: Runtime | undefined): Model {
  const { network, vocabulary, batchSize, seed, learningRate } = config;
  const made = trainingNetwork(network, vocabulary.tokens.length, { batchSize, seed, runtime });
  made.compile({ optimizer: rmsprop({ learningRate }), loss: "sparseCategoricalCrossentropy" });
  return made;
}
