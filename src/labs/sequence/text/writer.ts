import { optional, readOptions } from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Model } from "../../../nn/models/model.js";
import { textConfigFields } from "./config.js";
import { type GenerateOptions, generateTokens, Stepper } from "./generate.js";
import { copyWeights, type NetworkConfig, steppingNetwork } from "./network.js";
import { Vocabulary, type VocabularyConfig } from "./vocabulary.js";

/** What a writer takes of a configuration; the rest of it says how the network learns. */
const writerFields = {
  ...textConfigFields,
  step: optional(textConfigFields.step),
  batchSize: optional(textConfigFields.batchSize),
  learningRate: optional(textConfigFields.learningRate),
  heldOut: optional(textConfigFields.heldOut),
  seed: optional(textConfigFields.seed),
};

/** Writes text with a trained network. */
export class TextWriter {
  readonly vocabulary: Vocabulary;
  readonly #stepper: Stepper;

  private constructor(vocabulary: Vocabulary, stepper: Stepper) {
    this.vocabulary = vocabulary;
    this.#stepper = stepper;
  }

  /** @param trained a network with the weights to use; they are copied */
  static async open(
    config: { readonly network: NetworkConfig; readonly vocabulary: VocabularyConfig },
    trained: Model,
    runtime: Runtime,
  ): Promise<TextWriter> {
    const read = readOptions("TextWriter", config, writerFields);
    const vocabulary = new Vocabulary(read.vocabulary);
    const network = steppingNetwork(read.network, vocabulary.size);
    copyWeights(trained, network);
    return new TextWriter(vocabulary, await Stepper.open(network, runtime));
  }

  /**
   * Goes on from a prompt, token by token as they are chosen. A writer writes one text at a time.
   *
   * @param prompt read first; an empty one is taken as a line break, or the first token where the text had none
   * @throws when the prompt has characters that the model has not learnt
   */
  async *write(prompt: string, options: GenerateOptions = {}): AsyncGenerator<string, void, undefined> {
    const { vocabulary } = this;
    const start =
      prompt === "" ? (vocabulary.tokens.includes("\n") ? "\n" : (vocabulary.tokens[0] as string)) : prompt;
    const tokens = generateTokens(this.#stepper, vocabulary.encode(start), options, vocabulary.unknown);
    for await (const token of tokens) {
      yield vocabulary.tokens[token] as string;
    }
  }

  /** All of what {@link write} gives, as one string. */
  async writeAll(prompt: string, options: GenerateOptions = {}): Promise<string> {
    let text = "";
    for await (const piece of this.write(prompt, options)) text += piece;
    return text;
  }

  /**
   * Reads tokens from the first to the last.
   *
   * @returns the mean crossentropy, in nats, of each but the first after all before it
   * @throws the signal's reason when it aborts
   */
  async measure(tokens: Int32Array, signal?: AbortSignal): Promise<number> {
    let sum = 0;
    this.#stepper.reset();
    for (let index = 1; index < tokens.length; index++) {
      signal?.throwIfAborted();
      const probabilities = await this.#stepper.step(tokens[index - 1] as number);
      // Keras bounds probabilities so; the training loss does too.
      sum -= Math.log(Math.max(probabilities[tokens[index] as number] as number, 1e-7));
    }
    return sum / (tokens.length - 1);
  }

  dispose(): Promise<void> {
    return this.#stepper.dispose();
  }
}
