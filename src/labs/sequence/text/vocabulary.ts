import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  flag,
  list,
  number,
  oneOf,
  readOptions,
  text as textField,
} from "../../../engine/options.js";
import { unknownCharacters } from "./unknownCharacters.js";

/** What a text is made of, in a model's eyes. */
export type TokenKind = "characters" | "words";

/** A vocabulary as it is saved. */
export interface VocabularyConfig {
  readonly kind: TokenKind;
  readonly lowerCase: boolean;
  readonly tokens: readonly string[];
}

const kinds = ["characters", "words"] as const;

/** How a {@link VocabularyConfig} is read, in the order in which it is saved. */
export const vocabularyConfigFields = {
  kind: oneOf(kinds),
  lowerCase: flag(true),
  tokens: list(textField(), "an array of texts"),
} satisfies FieldsOf<VocabularyConfig>;

/** The word that stands for all words outside a vocabulary. */
export const unknownWord = "⁇";

/** Tokens and their numbers. */
export class Vocabulary {
  readonly kind: TokenKind;
  readonly lowerCase: boolean;
  readonly tokens: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  /** @throws when a token comes twice or there are fewer than two */
  constructor(config: VocabularyConfig) {
    const { kind, lowerCase, tokens } = readOptions("vocabulary", config, vocabularyConfigFields);
    this.kind = kind;
    this.lowerCase = lowerCase;
    this.tokens = tokens;
    this.#numbers = new Map(tokens.map((token, index) => [token, index]));
    if (this.#numbers.size !== tokens.length) throw new ImagoError("vocabulary: a token comes twice");
    if (tokens.length < 2) {
      throw new ImagoError(
        `the text has ${tokens.length} different ${tokens.length === 1 ? kind.slice(0, -1) : kind}; a model needs at least 2`,
      );
    }
  }

  get size(): number {
    return this.tokens.length;
  }

  get config(): VocabularyConfig {
    return { kind: this.kind, lowerCase: this.lowerCase, tokens: this.tokens };
  }

  /**
   * The tokens' numbers. A text with characters outside the vocabulary is taken in the other form of Unicode, composed or
   * decomposed, where the vocabulary has all of that.
   *
   * @throws on characters outside the vocabulary, naming them; unknown words have a number of their own
   */
  encode(text: string): Int32Array {
    const own = this.normalize(text);
    const pieces = tokenize(own, this.kind);
    const numbers = this.#numbersOf(pieces);
    if (numbers !== undefined) return numbers;
    for (const form of ["NFC", "NFD"] as const) {
      const other = this.#numbersOf(tokenize(own.normalize(form), this.kind));
      if (other !== undefined) return other;
    }
    const has = (sign: string): boolean => this.#numbers.has(sign);
    const unknown = pieces.map((piece, index) => [piece, index] as const).filter(([piece]) => !has(piece));
    throw unknownCharacters(unknown, has, this.size);
  }

  /** `undefined` where one is not of the vocabulary, and there is no number for those. */
  #numbersOf(pieces: readonly string[]): Int32Array | undefined {
    const { unknown } = this;
    const numbers = new Int32Array(pieces.length);
    for (const [index, piece] of pieces.entries()) {
      const number = this.#numbers.get(piece) ?? unknown;
      if (number === undefined) return undefined;
      numbers[index] = number;
    }
    return numbers;
  }

  /** The text without the characters that {@link encode} refuses. */
  withoutUnknown(text: string): string {
    const pieces = tokenize(this.normalize(text), this.kind);
    return this.unknown === undefined ? pieces.filter((piece) => this.#numbers.has(piece)).join("") : text;
  }

  /** Text as the model sees it. */
  normalize(text: string): string {
    return normalized(text, this.lowerCase);
  }

  /** The number of the unknown word; `undefined` for characters. */
  get unknown(): number | undefined {
    return this.kind === "words" ? this.#numbers.get(unknownWord) : undefined;
  }

  decode(numbers: Iterable<number>): string {
    let text = "";
    for (const number of numbers) text += this.tokens[number] ?? "";
    return text;
  }
}

/** Line ends are one character, whatever system wrote them. */
function normalized(text: string, lowerCase: boolean): string {
  const lines = text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
  return lowerCase ? lines.toLowerCase() : lines;
}

/** Letters and digits with the marks that belong to them, and what joins letters in some scripts. */
const letters = "[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}\\u200C\\u200D]*";
const pieces = new RegExp(`${letters}(?:['’-]${letters})*|[^\\p{L}\\p{N}]+`, "gu");
const isWord = /^[\p{L}\p{N}]/u;

const tokenKind = oneOf(kinds);

/**
 * Characters (code points), or words: runs of letters and digits with their marks and their inner apostrophes and hyphens, and every other
 * sign, blanks included, by itself: an emoji is one sign, however many code points it has. Joined again they are the text.
 */
export function tokenize(text: string, kind: TokenKind): string[] {
  anyText.read("tokenize", "text", text);
  tokenKind.read("tokenize", "kind", kind);
  if (kind === "characters") return Array.from(text);
  const signs = new Intl.Segmenter("und", { granularity: "grapheme" });
  return (text.match(pieces) ?? []).flatMap((piece) =>
    isWord.test(piece) || piece.length === 1
      ? [piece]
      : Array.from(signs.segment(piece), ({ segment }) => segment),
  );
}

export interface VocabularyOptions {
  /** Default: characters. */
  readonly kind?: TokenKind | undefined;
  /** Default: true, as in the classic example. */
  readonly lowerCase?: boolean | undefined;
  /** Words kept at most, the most frequent first; the others become one unknown word. From 1. Default: 10000. */
  readonly maxWords?: number | undefined;
}

/** How {@link VocabularyOptions} are read. */
export const vocabularyFields = {
  kind: oneOf(kinds, "characters", { help: "what is learnt:" }),
  lowerCase: flag(true, { help: "take capitals for small letters" }),
  maxWords: number({ default: 10_000, min: 1, integer: true, help: "words kept, the most frequent" }),
} satisfies FieldsOf<VocabularyOptions>;

const byCode = (a: string, b: string): number => (a.codePointAt(0) as number) - (b.codePointAt(0) as number);

/**
 * The vocabulary of a text: its characters in the order of their codes, or its most frequent words.
 *
 * @throws on unknown options and values outside their range, and when there are fewer than two
 */
export function vocabularyOf(text: string, options: VocabularyOptions = {}): Vocabulary {
  anyText.read("vocabularyOf", "text", text);
  const { kind, lowerCase, maxWords } = readOptions("vocabulary", options, vocabularyFields);
  const pieces = tokenize(normalized(text, lowerCase), kind);
  if (kind === "characters")
    return new Vocabulary({ kind, lowerCase, tokens: [...new Set(pieces)].sort(byCode) });
  const counts = new Map<string, number>();
  for (const piece of pieces) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  // A text may hold the very sign; it has its place already.
  counts.delete(unknownWord);
  const byCount = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([word]) => word);
  return new Vocabulary({ kind, lowerCase, tokens: [...byCount.slice(0, maxWords), unknownWord] });
}
