import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bits, blockKey, deriveKey, type Key, mix, words } from "./hash.js";

const key: Key = [0x12345678, 0x9abcdef0];

const popCount = (x: number): number => {
  let count = 0;
  for (let rest = x >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** The mean share of output bits that flip with one input bit, and the furthest any (input, output) pair is from a half. */
function avalanche(
  hash: (x: number) => number,
  samples: number,
): { readonly mean: number; readonly worst: number } {
  const flips = new Uint32Array(32 * 32);
  let total = 0;
  for (let sample = 0; sample < samples; sample++) {
    // Counters are what it hashes, so the inputs are small and dense.
    const before = hash(sample);
    for (let input = 0; input < 32; input++) {
      const changed = (before ^ hash((sample ^ (1 << input)) >>> 0)) >>> 0;
      total += popCount(changed);
      for (let output = 0; output < 32; output++) flips[input * 32 + output]! += (changed >>> output) & 1;
    }
  }
  let worst = 0;
  for (const flip of flips) worst = Math.max(worst, Math.abs(flip / samples - 0.5));
  return { mean: total / (samples * 32 * 32), worst };
}

/** Sum of (observed - expected)² / expected against an even spread. */
function chiSquare(counts: ArrayLike<number>, draws: number): number {
  const expected = draws / counts.length;
  return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("mix", () => {
  it("is lowbias32", () => {
    // From the reference implementation in C, https://github.com/skeeto/hash-prospector.
    expect([0, 1, 2, 0xffffffff, 0xdeadbeef].map(mix)).toEqual([
      0x00000000, 0x688990c0, 0xd1132181, 0x6768824a, 0xe628c683,
    ]);
  });
});

describe("bits", () => {
  it("gives these words for ever", () => {
    expect([0, 1, 2, 3].map((n) => bits(key, n))).toEqual([0xaa9b1dae, 0xf90ea58a, 0x151cd6dc, 0xa7c35ae3]);
    expect(bits(key, 5, 1)).toBe(0xb296743c);
  });

  it("is the formula a graph computes, for any high word", () => {
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(word, word, word, word, (k0, k1, low, high) => {
        const [b0, b1] = blockKey([k0, k1], high);
        expect(bits([k0, k1], low, high)).toBe(mix((mix((low ^ b0) >>> 0) + b1) >>> 0));
      }),
    );
    expect(blockKey(key, 0)).toEqual(key);
  });

  it("flips half of its bits with any bit of the counter or the keys", () => {
    const samples = 20_000;
    // Each share has a standard error of 0.5 / sqrt(samples); the worst of 1024 stays under 5 of them.
    const limit = (5 * 0.5) / Math.sqrt(samples);
    for (const hash of [
      (x: number) => bits(key, x),
      (x: number) => bits([x, 7], 3),
      (x: number) => bits([7, x], 3),
      (x: number) => bits(key, 3, x),
    ]) {
      const { mean, worst } = avalanche(hash, samples);
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.001);
      expect(worst).toBeLessThan(limit);
    }
  });

  it("spreads each byte of its words evenly", () => {
    const draws = 1 << 18;
    for (let shift = 0; shift < 32; shift += 8) {
      const counts = new Uint32Array(256);
      for (let n = 0; n < draws; n++) counts[(bits(key, n) >>> shift) & 255]!++;
      // 255 degrees of freedom: mean 255, standard deviation 22.6; between the 0.01 % and 99.99 % points.
      const statistic = chiSquare(counts, draws);
      expect(statistic).toBeGreaterThan(179);
      expect(statistic).toBeLessThan(346);
    }
  });

  it("spreads pairs of neighbouring words evenly", () => {
    const draws = 1 << 18;
    const counts = new Uint32Array(4096);
    for (let n = 0; n < draws; n++) {
      counts[((bits(key, 2 * n) >>> 26) << 6) | (bits(key, 2 * n + 1) >>> 26)]!++;
    }
    // 4095 degrees of freedom, standard deviation 90.5, four of them either way.
    expect(Math.abs(chiSquare(counts, draws) - 4095)).toBeLessThan(362);
  });
});

describe("words", () => {
  it("splits as two's complement does", () => {
    expect(words(0)).toEqual([0, 0]);
    expect(words(2 ** 32 + 5)).toEqual([5, 1]);
    expect(words(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
    expect(words(-1)).toEqual([0xffffffff, 0xffffffff]);
    const back = (n: number) => (words(n)[1] | 0) * 2 ** 32 + words(n)[0];
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => back(n) === n));
  });
});

describe("deriveKey", () => {
  it("depends on every word, on their order and on their number", () => {
    const seen = new Set(
      [[], [0], [0, 0], [1], [0, 1], [1, 0], [1, 2], [2, 1]].map((data) => deriveKey(key, data).join()),
    );
    expect(seen.size).toBe(8);
  });

  it("has no two alike among 100,000 in a row", () => {
    const seen = new Set<string>();
    for (let n = 0; n < 100_000; n++) seen.add(deriveKey(key, [n, 0]).join());
    expect(seen.size).toBe(100_000);
  });
});
