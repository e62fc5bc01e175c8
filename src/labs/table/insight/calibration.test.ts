import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { calibration } from "./calibration.js";
import { equalCountBins } from "./equalCountBins.js";
import { wilsonInterval } from "./wilsonInterval.js";

/** Two classes from probabilities of class 1. */
const pairs = (p: Float64Array): Float64Array => Float64Array.from([...p].flatMap((one) => [1 - one, one]));

/** Rows of which class 1 comes as often as said; then probabilities at a temperature. */
function drawn(rows: number, temperature = 1) {
  const random = new Generator(3);
  const p = Float64Array.from({ length: rows }, () => random.uniform());
  const y = p.map((one) => Number(random.uniform() < one));
  return { y, p: p.map((one) => 1 / (1 + ((1 - one) / one) ** (1 / temperature))) };
}

describe("intervals of Wilson", () => {
  it("are those of the formula", () => {
    const golden: [number, number, number, number][] = [
      [0.8, 10, 0.4901624715366418, 0.9433178485456248],
      [0, 10, 0, 0.2775327998628892],
      [1, 10, 0.7224672001371107, 0.9999999999999999],
      [0.05, 200, 0.02738264560076393, 0.08957814813877599],
    ];
    for (const [share, cases, low, high] of golden) {
      const found = wilsonInterval(share, cases);
      expect(found[0]).toBeCloseTo(low, 10);
      expect(found[1]).toBeCloseTo(high, 10);
    }
  });
});

describe("bins of equal count", () => {
  it("keep equal values together, and are fewer on few rows", () => {
    const sizes = (values: number[], bins = 10) =>
      equalCountBins(Float64Array.from(values), bins).map(({ length }) => length);
    expect(sizes(Array.from({ length: 103 }, (_, i) => (i * 37) % 103))).toEqual([
      10, 11, 10, 10, 11, 10, 10, 10, 11, 10,
    ]);
    expect(sizes([3, 1, 2])).toEqual([3]);
    expect(sizes(Array.from({ length: 50 }, () => 0.5))).toEqual([50]);
    expect(
      sizes([...Array.from({ length: 30 }, () => 0), ...Array.from({ length: 20 }, (_, i) => 1 + i)], 5),
    ).toEqual([30, 10, 10]);
  });
});

describe("calibration", () => {
  it("of good probabilities of two classes covers the diagonal, and needs no temperature", () => {
    const { y, p } = drawn(2000);
    const found = calibration({ predictions: pairs(p), y, classes: 2, random: new Generator(0) });
    expect(found.curves.map((curve) => curve.class)).toEqual([1]);
    const bins = found.curves[0]?.bins ?? [];
    expect(bins.length).toBe(10);
    expect(bins.every(({ rows }) => rows === 200)).toBe(true);
    expect(
      bins.filter(({ predicted, low, high }) => low <= predicted && predicted <= high).length,
    ).toBeGreaterThan(8);
    expect(found.tempered?.temperature).toBeGreaterThan(0.85);
    expect(found.tempered?.temperature).toBeLessThan(1.15);
    const brier = y.reduce((sum, label, row) => sum + (label - (p[row] as number)) ** 2, 0) / y.length;
    expect(found.brier.risk).toBeCloseTo(brier, 12);
  });

  it("finds what a temperature mends, each row by one from others", () => {
    const { y, p } = drawn(2000, 1 / 3);
    const found = calibration({ predictions: pairs(p), y, classes: 2, random: new Generator(0) });
    expect(found.tempered?.temperature).toBeGreaterThan(2.5);
    expect(found.tempered?.temperature).toBeLessThan(3.5);
    const { risk, standardError } = found.tempered?.difference ?? { risk: 0, standardError: 0 };
    expect(risk).toBeLessThan(-3 * standardError);
    expect(found.tempered?.logLoss.risk).toBeCloseTo(found.logLoss.risk + risk, 10);
    expect(found.error).toBeGreaterThan(0.05);
  });

  it("of several classes tells of the surest, then of each", () => {
    const y = Float64Array.from({ length: 90 }, (_, i) => i % 3);
    const predictions = Float64Array.from(
      [...y].flatMap((label, i) =>
        [0, 1, 2].map((k) => (k === (i % 10 === 0 ? (label + 1) % 3 : label) ? 0.8 : 0.1)),
      ),
    );
    const found = calibration({ predictions, y, classes: 3, random: new Generator(0) });
    expect(found.curves.map((curve) => curve.class)).toEqual([undefined, 0, 1, 2]);
    expect(found.curves[0]?.bins).toMatchObject([{ rows: 90, from: 0.8, to: 0.8, share: 0.9 }]);
    expect(found.curves[1]?.bins.map(({ predicted }) => Number(predicted.toFixed(6)))).toEqual([0.1, 0.8]);
  });

  it("is made of three rows, and of rows that count differently", () => {
    const y = Float64Array.of(0, 1, 1);
    const predictions = Float64Array.of(0.7, 0.3, 0.4, 0.6, 0.5, 0.5);
    const few = calibration({ predictions, y, classes: 2, random: new Generator(0) });
    expect(few.tempered).toBeUndefined();
    expect(few.curves[0]?.bins.length).toBe(1);
    const weights = Float64Array.of(1, 0, 0);
    const one = calibration({ predictions, y, weights, classes: 2, random: new Generator(0) });
    expect(one.curves[0]?.bins).toMatchObject([{ predicted: 0.3, share: 0 }]);
    expect(one.logLoss.risk).toBeCloseTo(-Math.log(0.7), 12);
    expect(() => calibration({ predictions, y, classes: 3, random: new Generator(0) })).toThrow(
      "calibration: predictions must have 9 numbers, it has 6.",
    );
  });
});
