/**
 * A keyed 32-bit hash of a counter. The n-th random word of a stream is `bits(key, n)`, so any word can be had
 * without those before it, in any order, on any device: every step is a 32-bit addition, multiplication, shift
 * or exclusive or, which JavaScript and ONNX integer operators compute alike.
 */

/** Two unsigned 32-bit words that select a stream. */
export type Key = readonly [number, number];

/** The low and high 32 bits of a counter. */
export type Words = readonly [low: number, high: number];

/**
 * "lowbias32", a bijection of 32-bit words: every input bit flips every output bit with nearly even odds.
 * Constants found by search by Chris Wellons, https://github.com/skeeto/hash-prospector.
 *
 * @returns An unsigned 32-bit integer.
 */
export function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/**
 * The key for the 2³² counters that share these high bits. For `high` 0 it is the key itself, and a graph that
 * draws a block computes only `mix(mix(low ^ k0) + k1)`.
 */
export function blockKey([k0, k1]: Key, high: number): Key {
  return [(k0 ^ mix(high)) >>> 0, (k1 + Math.imul(high, 0x9e3779b9)) >>> 0];
}

/**
 * The random word at one position of a stream: two keyed rounds, `mix(mix(low ^ k0) + k1)`. One round would do
 * for the words of one stream; the second, with a key combined in another way, keeps streams apart whose keys
 * resemble each other. Within one block of 2³² counters no word repeats.
 *
 * @param low,high The counter is `high · 2³² + low`; both are taken modulo 2³². `high` defaults to 0.
 * @returns An unsigned 32-bit integer.
 */
export function bits(key: Key, low: number, high = 0): number {
  const [k0, k1] = high === 0 ? key : blockKey(key, high);
  return mix(mix(low ^ k0) + k1);
}

/** Splits an integer of at most 53 bits and a sign into 32-bit words, as two's complement has them. */
export function words(integer: number): Words {
  return [integer >>> 0, Math.floor(integer / 2 ** 32) >>> 0];
}

/**
 * A key that depends on all bits of another key and of some words. Used for seeds and for child streams.
 */
export function deriveKey(key: Key, data: readonly number[]): Key {
  let [k0, k1] = key;
  // The length comes last, so that a list is told apart from the same list with a zero behind it.
  for (const word of [...data, data.length]) {
    const next = bits([k0, k1], word);
    // The other half sees the same word under a different key; 0x85a308d3 is from the digits of pi.
    k1 = bits([k1, (next ^ 0x85a308d3) >>> 0], word);
    k0 = next;
  }
  return [k0, k1];
}
