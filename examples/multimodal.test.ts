import { expect, it } from "vitest";
import { Generator } from "../src/index.js";
import { attainableErrors } from "./clothing/attainable.js";
import { makeOffers } from "./clothing/offers.js";
import { allGarments, noise, worth } from "./clothing/rule.js";
import { describe, textLength, tokens, words } from "./clothing/words.js";
import { multimodal } from "./multimodal.js";

it("draws the same offers from the same seed, and other ones from another", () => {
  const [first, again, other] = [1, 1, 2].map((seed) => makeOffers(20, new Generator(seed)));
  expect(again).toEqual(first);
  expect(other?.prices.data).not.toEqual(first?.prices.data);
});

it("leaves exactly the stated noise to someone who knows the rule", () => {
  const { prices, worths } = makeOffers(4000, new Generator(3));
  const squares = Array.from(prices.data, (price, row) => (price - (worths[row] as number)) ** 2);
  const error = squares.reduce((sum, one) => sum + one, 0) / squares.length;
  // The mean of so many squares of normal numbers has the relative standard error √(2 / rows).
  expect(Math.abs(error / noise ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000));
});

it("computes what each source can attain", () => {
  const { everything, nothing, each, averaged, sum } = attainableErrors();
  expect(everything).toBe(noise ** 2);
  // By hand, of the metadata: the shares of brand, age and condition that do not hang on the other sources. A designer's
  // garment is signed in a third of the cases; half are stained; the signs of the years cancel.
  const variance = (values: readonly number[]): number => {
    const mean = values.reduce((total, one) => total + one, 0) / values.length;
    return values.reduce((total, one) => total + (one - mean) ** 2, 0) / values.length;
  };
  const brands = [0, 0.1, 0.2, 0.3, 0.4 + 1 / 3, 0.5 + 1 / 3];
  const conditions = [0, 0.2 - 0.25, 0.4 - 0.5];
  expect(each.metadata).toBeCloseTo(nothing - variance(brands) - variance(conditions), 10);
  const worths = [...allGarments()].map(worth);
  expect(worths).toHaveLength(207_360);
  expect(nothing).toBeCloseTo(noise ** 2 + variance(worths), 10);
  expect(everything).toBeLessThan(sum);
  expect(sum).toBeLessThan(averaged);
  expect(averaged).toBeLessThan(Math.min(...Object.values(each)));
});

it("writes texts whose every word is known", () => {
  const random = new Generator(4);
  const seen = new Set<number>();
  for (const garment of allGarments()) {
    if (random.uniform() > 0.01) continue;
    const numbers = tokens(describe(garment, random));
    expect(numbers).toHaveLength(textLength);
    for (const number of numbers) seen.add(number);
    expect(numbers[0]).toBeGreaterThan(0);
  }
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: words }, (_, number) => number));
});

it("learns prices, better jointly than by weights", { timeout: 120_000 }, async () => {
  const lines: string[] = [];
  const few = { train: 2000, heldOut: 200, test: 400, epochs: 8 };
  const { averaged, joint, rule, margin, error, weights } = await multimodal(few, (line) => lines.push(line));
  expect(weights.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
  expect(margin).toBeCloseTo(averaged - joint, 10);
  expect(margin).toBeGreaterThan(2 * error);
  expect(rule).toBeLessThan(joint);
  expect(lines.join("\n")).toMatch(/three branches, jointly +0\.\d+ +0\.\d+ +0\.0225\n/);
});
