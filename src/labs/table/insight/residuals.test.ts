import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { residualQuantiles } from "./residualQuantiles.js";
import { residuals } from "./residuals.js";

describe("quantiles of residuals", () => {
  it("are the ⌈(n + 1) level⌉-th smallest, and none where rows are too few", () => {
    const nine = Float64Array.of(-9, 1, -2, 3, 8, 4, -5, 6, 7);
    const of = (...levels: number[]) => residualQuantiles(nine, levels).map(({ halfWidth }) => halfWidth);
    expect(of(0.5, 0.8, 0.9, 0.95, 0.01)).toEqual([5, 8, 9, undefined, 1]);
    // 10 · 0.7 is 7 and must not become 8 by rounding.
    expect(of(0.7)).toEqual([7]);
    const hundred = Float64Array.from({ length: 99 }, (_, i) => i + 1);
    expect(residualQuantiles(hundred, [0.07, 0.95]).map(({ halfWidth }) => halfWidth)).toEqual([7, 95]);
    expect(residualQuantiles(new Float64Array(0), [0.5])).toEqual([{ level: 0.5, halfWidth: undefined }]);
    expect(() => residualQuantiles(nine, [1])).toThrow("levels must be above 0 and below 1, received 1.");
    expect(() => residualQuantiles(Float64Array.of(Number.NaN), [0.5])).toThrow("must be finite");
  });
});

describe("residuals", () => {
  it("have their shares within deviations, bins and drawn points", () => {
    const random = new Generator(2);
    const predictions = Float64Array.from({ length: 2000 }, () => 10 * random.uniform());
    const y = predictions.map((one) => one + 1 + random.normal());
    const found = residuals({ predictions, y, mostPoints: 50, random: new Generator(0) });
    expect(found.mean.risk).toBeGreaterThan(0.9);
    expect(found.deviation).toBeCloseTo(1, 1);
    expect(found.withinOne).toBeCloseTo(0.68, 1);
    expect(found.withinTwo).toBeCloseTo(0.95, 1);
    expect(found.bins.length).toBe(10);
    expect(found.points.length).toBe(50);
    expect(new Set(found.points.map(({ row }) => row)).size).toBe(50);
    for (const { row, predicted, residual } of found.points) {
      expect(predicted + residual).toBeCloseTo(y[row] as number, 12);
    }
  });

  it("of three rows, of which one counts", () => {
    const y = Float64Array.of(1, 2, 3);
    const options = { predictions: Float64Array.of(1, 2, 5), y, random: new Generator(0) };
    expect(residuals({ ...options, weights: Float64Array.of(0, 0, 1) })).toMatchObject({
      ...{ mean: { risk: -2 }, deviation: 0, withinOne: 1 },
    });
    expect(residuals(options).quantiles.map(({ halfWidth }) => halfWidth)).toEqual([
      ...[0, undefined, undefined, undefined],
    ]);
  });
});
