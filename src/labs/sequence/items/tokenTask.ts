import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { sparseCategoricalCrossentropy } from "../../../nn/losses/sparseCategoricalCrossentropy.js";
import type { Model } from "../../../nn/models/model.js";
import type { Learnt } from "../kinds/judgement.js";
import type { TokenKind, WrittenText } from "../kinds/tokenKind.js";
import { type KindFacts, tokenKindOf } from "../kinds/tokenKinds.js";
import type {
  JudgedSample,
  Measured,
  SampleRequest,
  SequenceTask,
  TaskBatch,
} from "../training/sequenceTask.js";
import { divideItems } from "./divide.js";
import { Symbols } from "./symbols.js";
import { measuredBatches, tokenBatch } from "./tokenBatches.js";
import { tokenNetwork } from "./tokenNetwork.js";
import { type TokenTaskConfig, tokenTaskFields } from "./tokenTaskConfig.js";
import { TokenWriter } from "./tokenWriter.js";

/** Items measured at a time: more cost memory and gain little. */
const measuredTogether = 100;

/** Items of tokens, and a recurrent network that learns which token comes next. */
export class TokenTask implements SequenceTask {
  readonly config: TokenTaskConfig;
  readonly kind: TokenKind;
  readonly symbols: Symbols;
  readonly lengths: Int32Array;
  readonly loss = sparseCategoricalCrossentropy({ fromLogits: true });
  /** As they were read. */
  readonly learntItems: readonly string[];
  readonly heldOutItems: readonly string[];
  readonly #learnt: readonly Int32Array[];
  readonly #heldOut: readonly Int32Array[];
  readonly #known: Learnt;
  readonly #runtime: Runtime | undefined;

  /**
   * @param items as `readItems` gives them
   * @throws ImagoError on a configuration that is not as it is saved, and where an item has a token that it has not
   */
  constructor(items: readonly string[], config: TokenTaskConfig, runtime?: Runtime) {
    this.config = readOptions("TokenTask", config, tokenTaskFields);
    const { heldOut, seed, tokens } = this.config;
    const parts = divideItems(items, heldOut, new Generator(seed).split("held out"));
    this.learntItems = parts.learnt;
    this.heldOutItems = parts.heldOut;
    const facts: KindFacts = { speakers: this.config.speakers, items: parts.learnt };
    this.kind = tokenKindOf(this.config.kind, facts);
    this.symbols = new Symbols(tokens);
    this.#learnt = this.#encoded(parts.learnt);
    this.#heldOut = this.#encoded(parts.heldOut);
    this.lengths = Int32Array.from(this.#learnt, ({ length }) => length);
    this.#known = new Set(parts.learnt);
    this.#runtime = runtime;
  }

  get noun(): readonly [string, string] {
    return this.kind.noun;
  }

  get position(): string {
    return this.kind.token[0];
  }

  #encoded(items: readonly string[]): readonly Int32Array[] {
    return items.map((item) => this.symbols.encode(this.kind.tokens(item), this.kind.name));
  }

  network(options: { readonly seed: number; readonly runtime: Runtime | undefined }): Model {
    return tokenNetwork(this.config.network, this.symbols.size, options);
  }

  batch(rows: ArrayLike<number>): TaskBatch {
    return tokenBatch(
      Array.from(rows, (row) => this.#learnt[row] as Int32Array),
      "tokens",
    );
  }

  heldOut(): Measured | undefined {
    return this.#heldOut.length === 0 ? undefined : measuredOf(this.#heldOut);
  }

  /**
   * Other items to measure on; those with tokens that were never learnt are left out.
   *
   * @throws ImagoError where none is left
   */
  measured(items: readonly string[]): Measured {
    const known = items.filter((item) => this.symbols.unknownIn(this.kind.tokens(item)) === undefined);
    if (known.length === 0)
      throw new ImagoError(
        `${this.kind.name}: none of the ${items.length} items is made of what was learnt.`,
      );
    return measuredOf(this.#encoded(known));
  }

  /** Writes items with a network as it is now. */
  async writer(network: Model): Promise<TokenWriter> {
    const runtime = this.#runtime ?? (await defaultRuntime());
    return TokenWriter.open(this.config.network, this.symbols, network, runtime);
  }

  async sample(network: Model, { count, temperature, random, signal }: SampleRequest): Promise<JudgedSample> {
    const writer = await this.writer(network);
    const written: WrittenText[] = [];
    const { longest } = this.kind.defaults;
    for await (const { tokens, ended } of writer.items({ count, temperature, random, signal, longest })) {
      written.push({ text: tokens.join(""), ended });
    }
    const judgement = await this.kind.judge(written, this.#known);
    return { temperature, texts: written.map(({ text: item }) => item), judgement };
  }
}

const measuredOf = (items: readonly Int32Array[]): Measured => ({
  batches: measuredBatches(items, measuredTogether),
  items: items.length,
  positions: items.reduce((sum, { length }) => sum + length + 1, 0),
});
