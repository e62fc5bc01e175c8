import { checkOptions, ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Callback, FitContext } from "../../nn/callbacks/callback.js";
import type { Model } from "../../nn/models/model.js";
import { rmsprop } from "../../nn/optimizers/rmsprop.js";
import type { History } from "../../nn/training/fit.js";
import type { Logs } from "../../nn/training/logs.js";
import {
  type NetworkConfig,
  type NetworkOptions,
  networkConfig,
  networkOptionNames,
  trainingNetwork,
} from "./network.js";
import { type TokenKind, Vocabulary, type VocabularyConfig, vocabularyOf } from "./vocabulary.js";
import { denseBatchCount, denseBatches, type TextBatch, windowBatches, windowsOf } from "./windows.js";
import { TextWriter } from "./writer.js";

/** How a text is learnt. All is kept with the model, so that training can go on. */
export interface TextOptions extends NetworkOptions {
  /** Learn characters or words. Default: characters. */
  readonly kind?: TokenKind | undefined;
  /** Default: true, as in the classic example. */
  readonly lowerCase?: boolean | undefined;
  /** Default: 10000. */
  readonly maxWords?: number | undefined;
  /** Tokens from one window's beginning to the next one's. Default: 3, as in the classic example. */
  readonly step?: number | undefined;
  /** Default: 128. */
  readonly batchSize?: number | undefined;
  /** Default: 0.01, as in the classic example. */
  readonly learningRate?: number | undefined;
  /** Fraction of the text, at its end, that is not learnt but measured on. Default: 0.05. */
  readonly heldOut?: number | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
}

/** Options in full, as they are saved. */
export interface TextConfig {
  readonly network: NetworkConfig;
  readonly vocabulary: VocabularyConfig;
  readonly step: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly heldOut: number;
  readonly seed: number;
}

const ownOptionNames = [
  "kind",
  "lowerCase",
  "maxWords",
  "step",
  "batchSize",
  "learningRate",
  "heldOut",
  "seed",
] as const;

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

export interface TrainOptions {
  /** The epoch to end at. Default: 1. */
  readonly epochs?: number | undefined;
  /** Where to go on. Default: the beginning. */
  readonly initialEpoch?: number | undefined;
  readonly initialStep?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Temperatures of the samples after each epoch. Default: 0.2, 0.5 and 1. */
  readonly temperatures?: readonly number[] | undefined;
  /** Tokens in each sample. Default: 400; 0 for none. */
  readonly sampleLength?: number | undefined;
  readonly onEpoch?: ((report: EpochReport) => void | Promise<void>) | undefined;
}

/** The configuration that options mean for a text. */
export function textConfig(text: string, options: TextOptions = {}): TextConfig {
  checkOptions("text", options, [...networkOptionNames, ...ownOptionNames]);
  const {
    kind,
    lowerCase,
    maxWords,
    step = 3,
    batchSize = 128,
    learningRate = 0.01,
    heldOut = 0.05,
    seed = 0,
    ...network
  } = options;
  for (const [name, value] of Object.entries({ step, batchSize })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ImagoError(`text: ${name} must be a whole number from 1, received ${value}`);
    }
  }
  if (!(heldOut >= 0 && heldOut < 1))
    throw new ImagoError(`text: heldOut must be from 0 to below 1, received ${heldOut}`);
  if (!(learningRate > 0))
    throw new ImagoError(`text: learningRate must be above 0, received ${learningRate}`);
  const vocabulary = vocabularyOf(text, { kind, lowerCase, maxWords }).config;
  return { network: networkConfig(network), vocabulary, step, batchSize, learningRate, heldOut, seed };
}

/** A text, and the network that learns it. */
export class TextTrainer {
  readonly config: TextConfig;
  readonly vocabulary: Vocabulary;
  readonly network: Model;
  readonly #runtime: Runtime | undefined;
  readonly #training: Int32Array;
  readonly #heldOut: Int32Array;

  /**
   * @param text the corpus
   * @throws when the text is too short for one batch, or has characters that the vocabulary has not
   */
  constructor(text: string, config: TextConfig, runtime?: Runtime) {
    this.config = config;
    this.vocabulary = new Vocabulary(config.vocabulary);
    this.#runtime = runtime;
    const tokens = this.vocabulary.encode(text);
    const boundary = Math.round(tokens.length * (1 - config.heldOut));
    this.#training = tokens.subarray(0, boundary);
    this.#heldOut = tokens.subarray(boundary);
    const { network, batchSize, seed, learningRate } = config;
    // Said here, before anything is compiled.
    this.stepsPerEpoch = this.#countSteps();
    this.network = trainingNetwork(network, this.vocabulary.size, batchSize, seed);
    this.network.compile({ optimizer: rmsprop({ learningRate }), loss: "sparseCategoricalCrossentropy" });
  }

  readonly stepsPerEpoch: number;

  #countSteps(): number {
    const { network, batchSize, step } = this.config;
    if (network.mode === "window") {
      return Math.ceil(windowsOf(this.#training, network.length, step).starts.length / batchSize);
    }
    const count = denseBatchCount(this.#training.length, network.length, batchSize);
    if (count < 1) [...denseBatches(this.#training, network.length, batchSize)];
    return count;
  }

  #batches(tokens: Int32Array, shuffle?: Generator): Iterable<TextBatch> {
    const { network, batchSize, step } = this.config;
    return network.mode === "dense"
      ? denseBatches(tokens, network.length, batchSize)
      : windowBatches(windowsOf(tokens, network.length, step), batchSize, shuffle);
  }

  /** Trains; callbacks see the epochs as `fit` runs them. */
  async train(options: TrainOptions = {}): Promise<History> {
    const { epochs = 1, initialEpoch = 0, initialStep = 0, callbacks = [], signal } = options;
    const order = new Generator(this.config.seed).split("windows");
    const reporter: Callback = {
      name: "textReport",
      // A network that carries its state begins each epoch without one, unless the epoch is gone on with.
      onEpochBegin: (context) => {
        if (context.step === 0) this.resetStates();
      },
      onEpochEnd: async (logs, context) => this.#report(logs, context, options),
    };
    return this.network.fit((epoch: number) => this.#batches(this.#training, order.split(epoch)), {
      epochs,
      initialEpoch,
      initialStep,
      stepsPerEpoch: this.stepsPerEpoch,
      callbacks: [reporter, ...callbacks],
      signal,
    });
  }

  /** Forgets the state that dense mode carries from batch to batch. */
  resetStates(): void {
    for (const { variable } of this.network.variables) {
      if (!variable.trainable) variable.value.data.fill(0 as never);
    }
  }

  async #report(logs: Logs, context: FitContext, options: TrainOptions): Promise<void> {
    const { temperatures = [0.2, 0.5, 1], sampleLength = 400, onEpoch } = options;
    if (onEpoch === undefined) return;
    const heldOut = await this.measure();
    const random = new Generator(this.config.seed).split("samples").split(context.epoch);
    const samples = sampleLength === 0 ? [] : await this.#samples(temperatures, sampleLength, random);
    await onEpoch({
      epoch: context.epoch,
      epochs: context.epochs,
      loss: logs.loss as number,
      heldOut,
      samples,
    });
  }

  async #samples(temperatures: readonly number[], count: number, random: Generator): Promise<TextSample[]> {
    const prompt = this.passage(random);
    const writer = await this.writer();
    try {
      const samples: TextSample[] = [];
      for (const temperature of temperatures) {
        const text = await writer.writeAll(prompt, {
          temperature,
          count,
          random: random.split(`${temperature}`),
        });
        samples.push({ temperature, prompt, text });
      }
      return samples;
    } finally {
      await writer.dispose();
    }
  }

  /** A passage of the learnt text, as long as a window. */
  passage(random: Generator): string {
    const { length } = this.config.network;
    const start = random.integer(Math.max(1, this.#training.length - length));
    return this.vocabulary.decode(this.#training.subarray(start, start + length));
  }

  /** The crossentropy on the held-out text; `undefined` when that is shorter than one batch or window. */
  async measure(): Promise<HeldOutReport | undefined> {
    const { length, mode } = this.config.network;
    const enough =
      mode === "dense"
        ? denseBatchCount(this.#heldOut.length, length, this.config.batchSize) > 0
        : this.#heldOut.length > length;
    if (!enough) return undefined;
    this.resetStates();
    const { loss } = await this.network.evaluate(this.#batches(this.#heldOut));
    this.resetStates();
    if (loss === undefined) return undefined;
    return { loss, bitsPerToken: loss / Math.LN2, perplexity: Math.exp(loss) };
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
