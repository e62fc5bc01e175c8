import { ImagoError, shown } from "../errors.js";
import { cosineOfTurns, log } from "./elementary.js";
import { bits, deriveKey, type Key, words } from "./hash.js";

/** Everything a generator remembers, as plain JSON. */
export interface GeneratorState {
  /** Two unsigned 32-bit words that select the stream. */
  readonly key: readonly [number, number];
  /** How many words have been drawn: an integer from 0 to 2⁵³ - 1. */
  readonly counter: number;
}

/** The first 128 bits of pi's fraction; any constant would do. */
const rootKey: Key = [0x243f6a88, 0x13198a2e];
/** Keep labels of one kind from meeting those of the other: `split(1)` is not `split("1")`. */
const numberTag = 1;
const stringTag = 2;

const isWord = (value: unknown): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32;

/**
 * A seeded source of random numbers, for initial weights, dropout, shuffling and sampling.
 *
 * The n-th word is a hash of the seed and n (see `hash.ts`), so the state is a counter and can be saved with a
 * model. All results are the same, bit by bit, on every platform. Not for secrets.
 */
export class Generator {
  #key: Key;
  #counter = 0;

  /**
   * @param seed An integer from 0 to 2⁵³ - 1. Neighbouring seeds give unrelated streams.
   * @throws {ImagoError} If it is anything else.
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ImagoError(
        `A seed is an integer from 0 to ${Number.MAX_SAFE_INTEGER}, received ${shown(seed)}.`,
      );
    }
    this.#key = deriveKey(rootKey, words(seed));
  }

  /** A generator that goes on where the one that gave this state stood. */
  static from(state: GeneratorState): Generator {
    const { key, counter } = state;
    const valid =
      Array.isArray(key) &&
      key.length === 2 &&
      key.every(isWord) &&
      Number.isSafeInteger(counter) &&
      counter >= 0;
    if (!valid) {
      throw new ImagoError(
        `Not the state of a generator: ${JSON.stringify(state)}. Expected { key: [word, word], counter }, ` +
          "where a word is an unsigned 32-bit integer and the counter a safe integer.",
      );
    }
    const generator = new Generator(0);
    generator.#key = [key[0], key[1]];
    generator.#counter = counter;
    return generator;
  }

  /** A copy of the state now; later draws do not change it. */
  state(): GeneratorState {
    return { key: [...this.#key], counter: this.#counter };
  }

  /**
   * A child stream, independent of this one and of those with other labels. It depends on this generator's
   * seed and the label only: not on how much has been drawn, so adding a layer does not change the weights of
   * the others.
   *
   * @param label Any string, or a safe integer.
   */
  split(label: string | number): Generator {
    if (typeof label === "number" && !Number.isSafeInteger(label)) {
      throw new ImagoError(`A generator is split by a string or a safe integer, received ${label}.`);
    }
    const data =
      typeof label === "number"
        ? [numberTag, ...words(label)]
        : [stringTag, ...Array.from({ length: label.length }, (_, i) => label.charCodeAt(i))];
    return Generator.from({ key: deriveKey(this.#key, data), counter: 0 });
  }

  /** The next word: an integer from 0 to 2³² - 1. */
  uint32(): number {
    const counter = this.#counter++;
    // Nearly every stream ends before its high word is anything but 0.
    return counter < 2 ** 32
      ? bits(this.#key, counter)
      : bits(this.#key, counter >>> 0, Math.floor(counter / 2 ** 32));
  }

  /** From 0 inclusive to 1 exclusive, a multiple of 2⁻²⁴: float32 holds each of them exactly. Draws one word. */
  uniform(): number {
    return (this.uint32() >>> 8) * 2 ** -24;
  }

  /** `count` draws of `uniform()`, in order. */
  uniforms(count: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(checkCount(count));
    for (let i = 0; i < count; i++) values[i] = this.uniform();
    return values;
  }

  /**
   * From the normal distribution, rounded to float32 when mean is 0 and deviation 1. At most 6.7 deviations
   * from the mean. Draws two words.
   *
   * Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958. Their second value, the sine,
   * is left, so that a counter alone is the whole state.
   *
   * @param mean Default: 0.
   * @param deviation Standard deviation. Default: 1.
   */
  normal(mean = 0, deviation = 1): number {
    // From 2^-32 to 1: never 0, whose logarithm is infinite.
    const radius = Math.sqrt(-2 * log((this.uint32() + 1) * 2 ** -32));
    return mean + deviation * Math.fround(radius * cosineOfTurns(this.uint32() * 2 ** -32));
  }

  /** `count` draws of `normal()`, in order. */
  normals(count: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(checkCount(count));
    for (let i = 0; i < count; i++) values[i] = this.normal();
    return values;
  }

  /**
   * From the normal distribution without what lies two deviations or more from the mean, which is drawn again,
   * as Keras does. That leaves a standard deviation of 0.8796 times `deviation`. Draws two words or more.
   *
   * @param mean Default: 0.
   * @param deviation Standard deviation before truncation. Default: 1.
   */
  truncatedNormal(mean = 0, deviation = 1): number {
    let value = this.normal();
    while (Math.abs(value) >= 2) value = this.normal();
    return mean + deviation * value;
  }

  /**
   * From 0 to `limit` - 1, each exactly as likely. Draws one word or more, for limits above 2³² two or more.
   *
   * @param limit An integer from 1 to 2⁵³ - 1.
   */
  integer(limit: number): number {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new ImagoError(
        `integer() needs a limit from 1 to ${Number.MAX_SAFE_INTEGER}, received ${limit}.`,
      );
    }
    const wide = limit > 2 ** 32;
    const range = wide ? 2 ** 53 : 2 ** 32;
    // The largest multiple of the limit; the rest beyond it would make small results likelier.
    const fair = range - (range % limit);
    for (;;) {
      const value = wide ? this.#bits53() : this.uint32();
      if (value < fair) return value % limit;
    }
  }

  /** Puts the elements of an array in random order, in place: Fisher and Yates. Every order is as likely. */
  shuffle<T>(items: { readonly length: number; [index: number]: T }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const item = items[i]!;
      items[i] = items[j]!;
      items[j] = item;
    }
  }

  /** The integers from 0 to `count` - 1 in random order. */
  permutation(count: number): Uint32Array<ArrayBuffer> {
    const indices = new Uint32Array(checkCount(count));
    for (let i = 0; i < count; i++) indices[i] = i;
    this.shuffle(indices);
    return indices;
  }

  /**
   * An index, each as likely as its probability; one of probability 0 is never drawn. Draws two words.
   *
   * @param probabilities Shape [choices]. They need not add up to 1, which float32 rarely does: each counts in
   *   proportion to their sum.
   * @throws {ImagoError} If one is negative or not finite, or all are 0.
   */
  categorical(probabilities: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < probabilities.length; i++) {
      const p = probabilities[i]!;
      if (!(p >= 0 && p < Number.POSITIVE_INFINITY)) {
        throw new ImagoError(`categorical(): probability ${i} is ${p}, expected a finite number from 0.`);
      }
      total += p;
    }
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
      throw new ImagoError(
        `categorical() needs a probability above 0 and a finite sum, received ${probabilities.length} that add up to ${total}.`,
      );
    }
    const target = this.#bits53() * 2 ** -53 * total;
    let sum = 0;
    let last = 0;
    for (let i = 0; i < probabilities.length; i++) {
      const p = probabilities[i]!;
      if (p === 0) continue;
      sum += p;
      if (target < sum) return i;
      last = i;
    }
    // The product above was rounded up to the total.
    return last;
  }

  #bits53(): number {
    const high = this.uint32() >>> 11;
    return high * 2 ** 32 + this.uint32();
  }
}

function checkCount(count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new ImagoError(`A count is an integer from 0, received ${count}.`);
  }
  return count;
}
