import { arrayOfNumbers } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Program, Runtime, Tensors } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { inferenceGraph } from "../../../nn/network/inferenceGraph.js";
import { type BurstChoice, burstGraph, burstLength } from "./burst.js";
import { type SamplingOptions, type SamplingSettings, sampleToken, samplingFields } from "./sampling.js";
import { stepShapes } from "./stepShapes.js";
import { threadsFor } from "./threadsFor.js";

/** A network that reads and writes tokens and remembers what went before. */
export class Stepper {
  readonly #program: Program;
  readonly #network: Model;
  readonly #runtime: Runtime;
  readonly #bursts = new Map<string, Promise<Program>>();
  readonly #token = new Tensor("int32", [1, 1], new Int32Array(1));
  #reading = 0;
  /** Two sets of states: each step reads one and writes the other. */
  #feeds: Record<string, Tensor>;
  #into: Record<string, Tensor>;
  #spareFeeds: Record<string, Tensor>;
  #spareInto: Record<string, Tensor>;

  private constructor(program: Program, network: Model, runtime: Runtime) {
    this.#program = program;
    this.#network = network;
    this.#runtime = runtime;
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
    const graph = inferenceGraph(network, stepShapes(network, 1));
    return new Stepper(await runtime.compile(graph, threadsFor(network)), network, runtime);
  }

  /**
   * Reads a token.
   *
   * @returns the probabilities of the next one; overwritten by the next call
   */
  async step(token: number): Promise<Float32Array> {
    this.#token.data[0] = token;
    const results: Tensors = await this.#program.run(this.#feeds, this.#into);
    this.#swap();
    return results.next?.data as Float32Array;
  }

  /**
   * Reads a token and writes up to {@link burstLength} after it, all in one run. The states are then those
   * after a whole burst, so only the last burst of a text may be shorter.
   *
   * @param draws a uniform number in [0, 1) for each token to write
   * @returns the tokens, as many as draws
   */
  async burst(
    token: number,
    draws: Float32Array,
    temperature: number,
    choice: BurstChoice,
  ): Promise<Int32Array> {
    const program = await this.#burstProgram(choice);
    this.#token.data[0] = token;
    const padded = Tensor.zeros([burstLength, 1]);
    padded.data.set(draws);
    const { next: _, ...states } = this.#into;
    const given = { ...this.#feeds, draws: padded, temperature: Tensor.scalar(temperature) };
    const feeds = Object.fromEntries(
      program.inputNames.map((name) => [name, given[name as keyof typeof given]]),
    );
    const results: Tensors = await program.run(feeds, states);
    this.#swap();
    const written = results.written as Tensor<"int32">;
    return written.data.subarray(0, draws.length);
  }

  #burstProgram(choice: BurstChoice): Promise<Program> {
    const key = JSON.stringify(choice);
    let pending = this.#bursts.get(key);
    if (pending === undefined) {
      pending = this.#runtime.compile(burstGraph(this.#network, choice), threadsFor(this.#network));
      this.#bursts.set(key, pending);
    }
    return pending;
  }

  #swap(): void {
    [this.#feeds, this.#spareFeeds] = [this.#spareFeeds, this.#feeds];
    [this.#into, this.#spareInto] = [this.#spareInto, this.#into];
  }

  /**
   * Forgets all that was read.
   *
   * @returns a number for what is read from now on
   */
  reset(): number {
    for (const [name, tensor] of Object.entries(this.#feeds))
      if (name !== "tokens") tensor.data.fill(0 as never);
    return ++this.#reading;
  }

  /** Whether nothing was forgotten since `reset` gave this number. */
  isReading(number: number): boolean {
    return number === this.#reading;
  }

  async dispose(): Promise<void> {
    const programs = [this.#program, ...(await Promise.all(this.#bursts.values()))];
    this.#bursts.clear();
    for (const program of programs) await program.dispose();
  }
}

export interface GenerateOptions extends SamplingOptions {
  /** Tokens to write, 0 to 1000000000. Default: 400. */
  readonly count?: number | undefined;
  /** Default: a generator with seed 0. */
  readonly random?: Generator | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How {@link GenerateOptions} are read; command lines make their flags of these. */
export const generateFields = {
  ...samplingFields,
  count: number({ default: 400, min: 0, max: 1_000_000_000, integer: true, help: "how much to write" }),
  random: optional(having<Generator>("a Generator", "uniforms", "categorical")),
  signal: abortSignal,
} satisfies FieldsOf<GenerateOptions>;

/**
 * Writes tokens after a prompt, one by one as they are chosen. What is to be written is decided when the first
 * one is asked for.
 *
 * @param prompt the tokens to go on from, at least one
 * @param never a token that is not written, such as the one that stands for unknown words
 * @throws on options outside their range, when another text is begun on the same stepper before this one ends,
 *   and the signal's reason when it aborts
 */
export async function* generateTokens(
  stepper: Stepper,
  prompt: Int32Array,
  options: GenerateOptions = {},
  never?: number,
): AsyncGenerator<number, void, undefined> {
  const read = readOptions("generate", options, generateFields);
  having<Stepper>("a Stepper", "step", "reset").read("generate", "stepper", stepper);
  arrayOfNumbers.read("generate", "prompt", prompt);
  const { count, random = new Generator(0), signal, ...sampling } = read;
  if (prompt.length === 0) throw new ImagoError("generate: the prompt needs at least one token.");
  const text: TextUnderWay = { stepper, prompt, reading: stepper.reset(), signal, never };
  if (sampling.topK === undefined && sampling.topP === 1 && sampling.temperature >= coldest) {
    yield* inBursts(text, count, sampling, random);
  } else {
    yield* stepByStep(text, count, sampling, random);
  }
}

/** Below this, log-probabilities divided by the temperature may leave the range of float32. */
const coldest = 1e-30;

interface TextUnderWay {
  readonly stepper: Stepper;
  readonly prompt: Int32Array;
  /** What `reset` gave. */
  readonly reading: number;
  readonly signal: AbortSignal | undefined;
  readonly never: number | undefined;
}

function checkUnderWay({ stepper, reading, signal }: TextUnderWay): void {
  signal?.throwIfAborted();
  if (stepper.isReading(reading)) return;
  throw new ImagoError(
    "generate: another text was begun before this one was finished. Open a writer for each.",
  );
}

/** Chooses tokens inside the graph, many in one run: several times faster. */
async function* inBursts(
  text: TextUnderWay,
  count: number,
  { greedy, temperature }: SamplingSettings,
  random: Generator,
): AsyncGenerator<number, void, undefined> {
  const { stepper, prompt, never } = text;
  for (const token of prompt.subarray(0, -1)) {
    checkUnderWay(text);
    await stepper.step(token);
  }
  let last = prompt.at(-1) as number;
  for (let written = 0; written < count; ) {
    checkUnderWay(text);
    const draws = random.uniforms(Math.min(burstLength, count - written));
    const tokens = await stepper.burst(last, draws, temperature, { greedy, never });
    for (const token of tokens) {
      yield token;
      written++;
      if (written < count) checkUnderWay(text);
    }
    last = tokens.at(-1) as number;
  }
}

/** Chooses tokens on the host, where all of the probabilities are at hand. */
async function* stepByStep(
  text: TextUnderWay,
  count: number,
  sampling: SamplingSettings,
  random: Generator,
): AsyncGenerator<number, void, undefined> {
  const { stepper, prompt, never } = text;
  const read = (token: number): Promise<Float32Array> => {
    checkUnderWay(text);
    return stepper.step(token);
  };
  let probabilities = new Float32Array() as Float32Array;
  for (const token of prompt) probabilities = await read(token);
  for (let written = 1; written <= count; written++) {
    if (never !== undefined) probabilities[never] = 0;
    const token = sampleToken(probabilities, sampling, random);
    yield token;
    if (written < count) probabilities = await read(token);
  }
}
