import { Generator } from "../../engine/random/generator.js";
import type { Program, Runtime, Tensors } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { inferenceGraph } from "../../nn/models/inferenceGraph.js";
import type { Model } from "../../nn/models/model.js";
import { checkSampling, type SamplingOptions, sample } from "./sampling.js";

/** A network that reads and writes one token at a time and remembers what went before. */
export class Stepper {
  readonly #program: Program;
  readonly #token = new Tensor("int32", [1, 1], new Int32Array(1));
  /** Two sets of states: each step reads one and writes the other. */
  #feeds: Record<string, Tensor>;
  #into: Record<string, Tensor>;
  #spareFeeds: Record<string, Tensor>;
  #spareInto: Record<string, Tensor>;

  private constructor(program: Program, network: Model) {
    this.#program = program;
    const states = (): [string, Tensor][] =>
      network.inputs.flatMap(({ name, tensor }) =>
        name === "tokens" ? [] : [[name, Tensor.zeros([1, tensor.shape[1] as number])] as [string, Tensor]],
      );
    const symbols = network.outputs.find(({ name }) => name === "next")?.tensor.shape.at(-1) as number;
    const next = Tensor.zeros([1, symbols]);
    const [first, second] = [states(), states()];
    const written = (pairs: [string, Tensor][]): Record<string, Tensor> =>
      Object.fromEntries([...pairs.map(([name, tensor]) => [`next_${name}`, tensor]), ["next", next]]);
    this.#feeds = { tokens: this.#token, ...Object.fromEntries(first) };
    this.#into = written(second);
    this.#spareFeeds = { tokens: this.#token, ...Object.fromEntries(second) };
    this.#spareInto = written(first);
  }

  /** @param network made by `steppingNetwork`, with its weights set */
  static async open(network: Model, runtime: Runtime): Promise<Stepper> {
    const shapes = Object.fromEntries(
      network.inputs.map(({ name, tensor }) => [name, [1, tensor.shape[1] as number]]),
    );
    return new Stepper(await runtime.compile(inferenceGraph(network, shapes)), network);
  }

  /**
   * Reads a token.
   *
   * @returns the probabilities of the next one; overwritten by the next call
   */
  async step(token: number): Promise<Float32Array> {
    this.#token.data[0] = token;
    const results: Tensors = await this.#program.run(this.#feeds, this.#into);
    [this.#feeds, this.#spareFeeds] = [this.#spareFeeds, this.#feeds];
    [this.#into, this.#spareInto] = [this.#spareInto, this.#into];
    return results.next?.data as Float32Array;
  }

  /** Forgets all that was read. */
  reset(): void {
    for (const [name, tensor] of Object.entries(this.#feeds))
      if (name !== "tokens") tensor.data.fill(0 as never);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

export interface GenerateOptions extends SamplingOptions {
  /** Tokens to write. Default: 400. */
  readonly count?: number | undefined;
  /** Default: a generator with seed 0. */
  readonly random?: Generator | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes tokens after a prompt, one by one as they are chosen.
 *
 * @param prompt the tokens to go on from, at least one
 * @throws the signal's reason when it aborts
 */
export async function* generateTokens(
  stepper: Stepper,
  prompt: Int32Array,
  options: GenerateOptions = {},
): AsyncGenerator<number, void, undefined> {
  const { count = 400, random = new Generator(0), signal, ...sampling } = options;
  checkSampling("generate", sampling);
  stepper.reset();
  let probabilities = new Float32Array();
  for (const token of prompt) probabilities = (await stepper.step(token)) as Float32Array<ArrayBuffer>;
  for (let written = 0; written < count; written++) {
    signal?.throwIfAborted();
    const token = sample(probabilities, sampling, random);
    yield token;
    if (written < count - 1) probabilities = (await stepper.step(token)) as Float32Array<ArrayBuffer>;
  }
}
