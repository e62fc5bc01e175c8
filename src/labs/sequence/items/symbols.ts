import { ImagoError, shown } from "../../../engine/errors.js";

/** The number of the sign that begins and ends an item; of an input it is the beginning, of a target the end. */
export const boundary = 0;

/** Tokens of items and their numbers, from 1: 0 is the {@link boundary}. */
export class Symbols {
  /** In the order of their numbers, which begin at 1. */
  readonly tokens: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  /** @throws ImagoError when a token comes twice, and where there is none */
  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
    this.#numbers = new Map(tokens.map((token, index) => [token, index + 1]));
    if (this.#numbers.size !== tokens.length) throw new ImagoError("symbols: a token comes twice.");
    if (tokens.length === 0) throw new ImagoError("symbols: there are no tokens, and so nothing to learn.");
  }

  /** All tokens of some items, in the order of their codes. */
  static of(items: Iterable<readonly string[]>): Symbols {
    const seen = new Set<string>();
    for (const tokens of items) for (const token of tokens) seen.add(token);
    return new Symbols([...seen].sort((a, b) => (a < b ? -1 : 1)));
  }

  /** How many numbers there are, the boundary's included. */
  get size(): number {
    return this.tokens.length + 1;
  }

  /** The token of a number; `undefined` for the boundary. */
  tokenOf(number: number): string | undefined {
    return number === boundary ? undefined : this.tokens[number - 1];
  }

  /** The first token that is not known. */
  unknownIn(tokens: readonly string[]): string | undefined {
    return tokens.find((token) => !this.#numbers.has(token));
  }

  /**
   * The tokens' numbers, without boundaries.
   *
   * @throws ImagoError naming a token that is not known
   */
  encode(tokens: readonly string[], where = "symbols"): Int32Array {
    return Int32Array.from(tokens, (token) => {
      const number = this.#numbers.get(token);
      if (number === undefined) {
        throw new ImagoError(`${where}: ${shown(token)} was never learnt.`, {
          help: `What was learnt is made of ${this.tokens
            .slice(0, 60)
            .map((known) => JSON.stringify(known))
            .join(" ")}${this.tokens.length > 60 ? " …" : ""}.`,
        });
      }
      return number;
    });
  }
}
