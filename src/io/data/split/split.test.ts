import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import type { PartName } from "../listing/names.js";
import { compareCodePoints } from "../listing/names.js";
import { hashOf } from "./hashOf.js";
import { hashParts } from "./hashParts.js";

const fractions = { validation: 0.2, test: 0.1 };

const names = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `cats/${from + index}.jpg`);

const countOf = (parts: readonly PartName[], part: PartName): number =>
  parts.filter((one) => one === part).length;

describe("the hash split", () => {
  it("is for all time", () => {
    expect(hashOf("cats/1.jpg")).toBe(0.8705236232212279);
    expect(hashOf("cafe\u0301/1.jpg")).toBe(hashOf("caf\u00E9/1.jpg"));
    expect(
      names(5)
        .map(hashOf)
        .map((one) => Math.round(one * 100)),
    ).toMatchInlineSnapshot(`
      [
        79,
        87,
        47,
        64,
        8,
      ]
    `);
  });

  it("gives each part its fraction, and leaves pictures where they are when others come and go", () => {
    const all = names(4000);
    const parts = hashParts(
      all,
      all.map(() => 0),
      fractions,
    );
    expect(countOf(parts, "validation") / 4000).toBeCloseTo(0.2, 1);
    expect(countOf(parts, "test") / 4000).toBeCloseTo(0.1, 1);
    const some = all.filter((_, index) => index % 3 !== 0);
    const fewer = hashParts(
      some,
      some.map(() => 0),
      fractions,
    );
    expect(fewer).toEqual(parts.filter((_, index) => index % 3 !== 0));
  });

  it.each([1, 2, 3, 4, 10])("has each class in each part as far as it has pictures: %i of each", (count) => {
    const keys = Array.from({ length: 50 }, (_, label) => names(count, label * 100)).flat();
    const labels = keys.map((_, index) => Math.floor(index / count));
    const parts = hashParts(keys, labels, fractions);
    for (let label = 0; label < 50; label++) {
      const own = parts.slice(label * count, (label + 1) * count);
      expect(countOf(own, "train")).toBeGreaterThan(0);
      if (count >= 2) expect(countOf(own, "validation")).toBeGreaterThan(0);
      if (count >= 3) expect(countOf(own, "test")).toBeGreaterThan(0);
      if (count === 1) expect(own).toEqual(["train"]);
    }
  });

  it("asks for no part that was not asked for", () => {
    expect(new Set(hashParts(names(20), new Array(20).fill(0), { validation: 0, test: 0 }))).toEqual(
      new Set(["train"]),
    );
    expect(countOf(hashParts(names(20), new Array(20).fill(0), { validation: 0.5, test: 0 }), "test")).toBe(
      0,
    );
  });

  it("keeps groups whole that have several classes", () => {
    const random = new Generator(4);
    for (let round = 0; round < 30; round++) {
      const keys = Array.from({ length: 60 }, () => `group ${random.integer(9)} of ${round}`);
      const labels = keys.map(() => random.integer(4));
      const parts = hashParts(keys, labels, fractions);
      const byKey = new Map<string, Set<PartName>>();
      keys.forEach((key, index) => {
        byKey.set(key, (byKey.get(key) ?? new Set()).add(parts[index] as PartName));
      });
      for (const found of byKey.values()) expect(found.size).toBe(1);
      for (let label = 0; label < 4; label++) {
        expect(parts.some((part, index) => part === "train" && labels[index] === label)).toBe(true);
      }
    }
  });
});

it("code points order characters beyond the first plane behind all others", () => {
  const sorted = ["a", "Z", "\u{1F600}", "\uFF21", "", "ab", "\uD83D"].sort(compareCodePoints);
  expect(sorted).toEqual(["", "Z", "a", "ab", "\uFF21", "\uD83D", "\u{1F600}"]);
});
