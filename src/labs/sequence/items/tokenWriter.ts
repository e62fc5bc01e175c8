import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
  text,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Model } from "../../../nn/models/model.js";
import { inferenceGraph } from "../../../nn/network/inferenceGraph.js";
import { copyWeights } from "../text/network.js";
import {
  type SamplingOptions,
  type SamplingSettings,
  sampleToken,
  samplingFields,
} from "../text/sampling.js";
import { stepShapes } from "../text/stepShapes.js";
import { threadsFor } from "../text/threadsFor.js";
import type { Grammar, GrammarReading } from "./grammar.js";
import { itemsSideBySide, sideBySide } from "./sideBySide.js";
import { boundary, type Symbols } from "./symbols.js";
import { type TokenNetworkConfig, tokenStepNetwork } from "./tokenNetwork.js";
import { TokenRows } from "./tokenRows.js";

export interface ItemsOptions extends SamplingOptions {
  /** Items to write, 1 to 1000000. Default: 1. */
  readonly count?: number | undefined;
  /** Tokens of an item at most, those of a prompt included, 1 to 100000; one that has not ended by then is cut. Default: 2000. */
  readonly longest?: number | undefined;
  /** Tokens that every item begins with. Default: none. */
  readonly prompt?: readonly string[] | undefined;
  /** A token that ends an item too, and is not part of it. Default: none. */
  readonly until?: string | undefined;
  /** What items must keep to. Default: nothing; any token may follow any. */
  readonly grammar?: Grammar | undefined;
  /** Each item has a stream of its own, by its number. Default: a generator with seed 0. */
  readonly random?: Generator | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How {@link ItemsOptions} are read; command lines make their flags of these. */
export const itemsFields = {
  ...samplingFields,
  count: number({ default: 1, min: 1, max: 1_000_000, integer: true, help: "items to write" }),
  longest: number({ default: 2000, min: 1, max: 100_000, integer: true, help: "tokens of an item at most" }),
  prompt: optional(having<readonly string[]>("an array of tokens", "length", "map")),
  until: optional(text()),
  grammar: optional(having<Grammar>("a grammar", "begin")),
  random: optional(having<Generator>("a Generator", "uniforms", "categorical")),
  signal: abortSignal,
} satisfies FieldsOf<ItemsOptions>;

/** An item that a network wrote. */
export interface WrittenTokens {
  /** From 0. */
  readonly index: number;
  /** Those of the prompt included. */
  readonly tokens: readonly string[];
  /** Whether it came to its end by itself, or by the token that ends it too. */
  readonly ended: boolean;
  /** Whether nothing would follow any more: that end was the item's own. */
  readonly isEnd: boolean;
}

interface ReadOptions {
  readonly count: number;
  readonly longest: number;
  readonly prompt: Int32Array;
  readonly until: string | undefined;
  readonly grammar: Grammar | undefined;
  readonly random: Generator;
  readonly signal: AbortSignal | undefined;
  readonly sampling: SamplingSettings;
}

/** An item while it is being written. */
interface Slot {
  readonly index: number;
  readonly random: Generator;
  readonly reading: GrammarReading | undefined;
  readonly numbers: number[];
}

/** Writes items with a trained network, many side by side. */
export class TokenWriter {
  readonly symbols: Symbols;
  readonly #network: Model;
  readonly #runtime: Runtime;

  private constructor(symbols: Symbols, network: Model, runtime: Runtime) {
    this.symbols = symbols;
    this.#network = network;
    this.#runtime = runtime;
  }

  /** @param trained a network with the weights to use; they are copied */
  static open(config: TokenNetworkConfig, symbols: Symbols, trained: Model, runtime: Runtime): TokenWriter {
    const network = tokenStepNetwork(config, symbols.size);
    copyWeights(trained, network);
    return new TokenWriter(symbols, network, runtime);
  }

  /**
   * Items, in the order of their numbers. What an item is depends on the weights, the options and its number, whatever is written
   * beside it.
   *
   * @throws ImagoError on unknown options and values outside their range, on a token in the prompt that was never learnt, and on a
   *   prompt that the grammar refuses; the signal's reason when it aborts
   */
  async *items(options: ItemsOptions = {}): AsyncGenerator<WrittenTokens, void, undefined> {
    const read = this.#read(options);
    const width = Math.min(read.count, sideBySide);
    const program = await this.#runtime.compile(
      inferenceGraph(this.#network, stepShapes(this.#network, width)),
      threadsFor(this.#network),
    );
    const rows = new TokenRows(this.#network, width, this.symbols.size);
    try {
      yield* itemsSideBySide({
        count: read.count,
        signal: read.signal,
        begin: (row, index) => {
          rows.clear(row);
          return this.#begin(read, index);
        },
        step: () => rows.step(program),
        advance: (row, slot: Slot) => this.#advance(rows, row, slot, read),
      });
    } finally {
      await program.dispose();
    }
  }

  #read(options: ItemsOptions): ReadOptions {
    const {
      count,
      longest,
      prompt = [],
      until,
      grammar,
      random,
      signal,
      ...sampling
    } = readOptions("items", options, itemsFields);
    const numbers = this.symbols.encode(prompt, "items: prompt");
    if (numbers.length >= longest) {
      throw new ImagoError(
        `items: the prompt has ${numbers.length} tokens, and an item may have ${longest}.`,
        {
          help: "Give a shorter prompt, or a larger longest.",
        },
      );
    }
    const given = {
      count,
      longest,
      prompt: numbers,
      until,
      grammar,
      random: random ?? new Generator(0),
      signal,
      sampling,
    };
    this.#begin(given, 0);
    return given;
  }

  /** @throws ImagoError where the grammar refuses the prompt */
  #begin({ prompt, grammar, random, longest }: ReadOptions, index: number): Slot {
    const reading = grammar?.begin();
    for (const [at, number] of prompt.entries()) {
      const token = this.symbols.tokenOf(number) as string;
      if (reading?.allows(token, longest - at) === false) {
        throw new ImagoError(
          `items: the prompt is not in form: ${JSON.stringify(token)} may not stand at position ${at}.`,
        );
      }
      reading?.take(token);
    }
    return { index, random: random.split(index), reading, numbers: [...prompt] };
  }

  /** Reads a row's next token, of its prompt or of the network's choice; the item where that was its end. */
  #advance(rows: TokenRows, row: number, slot: Slot, read: ReadOptions): WrittenTokens | undefined {
    const done = rows.count(row);
    if (done < read.prompt.length) {
      rows.feed(row, read.prompt[done] as number);
      return undefined;
    }
    const { reading, numbers, index } = slot;
    const left = read.longest - numbers.length;
    // A grammar has led to where the item may end.
    const atEnd = reading?.allows(undefined, 0) === true ? boundary : undefined;
    const number = left === 0 ? atEnd : this.#choose(rows.probabilities(row), slot, left, read.sampling);
    const token = number === undefined ? undefined : this.symbols.tokenOf(number);
    if (number === undefined || token === undefined || token === read.until) {
      const tokens = numbers.map((one) => this.symbols.tokenOf(one) as string);
      return { index, tokens, ended: number !== undefined, isEnd: number === boundary };
    }
    reading?.take(token);
    numbers.push(number);
    rows.feed(row, number);
    return undefined;
  }

  #choose(
    probabilities: Float32Array,
    { reading, random }: Slot,
    left: number,
    sampling: SamplingSettings,
  ): number {
    if (reading === undefined) return sampleToken(probabilities, sampling, random);
    const allowed: number[] = [];
    let total = 0;
    for (let number = 0; number < probabilities.length; number++) {
      if (reading.allows(this.symbols.tokenOf(number), left)) {
        allowed.push(number);
        total += probabilities[number] as number;
      } else probabilities[number] = 0;
    }
    if (allowed.length === 0) {
      throw new ImagoError(`items: no item in form can end within ${left} more tokens.`, {
        help: "Give a larger longest, or a shorter prompt.",
      });
    }
    // What may follow is so unlikely that float32 has no number for it.
    if (!(total > 0)) for (const number of allowed) probabilities[number] = 1;
    return sampleToken(probabilities, sampling, random);
  }
}
