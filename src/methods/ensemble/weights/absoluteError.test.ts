import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { superLearnerWeights } from "../superLearnerWeights.js";
import { absoluteErrorWeights } from "./absoluteError.js";

const ones = (count: number): Float64Array => new Float64Array(count).fill(1);

describe("the smallest absolute error", () => {
  it("is that of a weighted median", () => {
    // Σ |a − y| over the share a of the second column: the median of y.
    const y = Float64Array.of(0.1, 0.2, 0.4, 0.7, 0.9);
    const columns = [new Float64Array(5), ones(5)];
    const { weights, value, gap } = absoluteErrorWeights(columns, y, ones(5));
    expect(weights[1]).toBeCloseTo(0.4, 9);
    expect(value).toBeCloseTo(0.3 + 0.2 + 0.3 + 0.5, 9);
    expect(gap).toBeLessThan(1e-10);
    // With costs the weighted one; what costs nothing has no say.
    const costs = Float64Array.of(0, 1, 1, 5, 0);
    expect(absoluteErrorWeights(columns, y, costs).weights[1]).toBeCloseTo(0.7, 9);
  });

  it("leaves out who is worse, and takes equal, constant, dependent and perfect columns", () => {
    const random = new Generator(1);
    const y = Float64Array.from({ length: 40 }, () => random.normal());
    const near = y.map((value) => value + 0.1 * random.normal());
    const far = y.map((value) => value + 50);
    const columns = [near, far, near, ones(40), near.map((value, i) => (value + (far[i] as number)) / 2)];
    const { weights, gap, value } = absoluteErrorWeights(columns, y, ones(40));
    expect(gap).toBeLessThan(1e-9);
    expect(weights[1]).toBeLessThan(1e-9);
    expect(value).toBeLessThan(near.reduce((sum, p, i) => sum + Math.abs(p - (y[i] as number)), 0) + 1e-9);
    const perfect = absoluteErrorWeights([near, y], y, ones(40));
    expect(perfect.value).toBeLessThan(1e-10);
    expect([...absoluteErrorWeights([near], y, ones(40)).weights]).toEqual([1]);
    expect(absoluteErrorWeights([y], y, ones(40))).toMatchObject({ value: 0, gap: 0 });
  });

  it("of fewer rows than members has a gap too", () => {
    const columns = [
      Float64Array.of(0, 1),
      Float64Array.of(1, 0),
      Float64Array.of(2, 2),
      Float64Array.of(5, 1),
    ];
    const { value, gap } = absoluteErrorWeights(columns, Float64Array.of(1, 1), ones(2));
    expect(value).toBeLessThan(1e-9);
    expect(gap).toBeLessThan(1e-9);
  });

  it("counts rows by their weights, some of them 0", () => {
    const z = { low: [0, 0, 0], high: [1, 1, 1] };
    const { weights } = superLearnerWeights(z, [0.1, 0.5, 0.9], {
      loss: "mae",
      observationWeights: [0, 1, 3],
    });
    expect(weights[1]).toBeCloseTo(0.9, 9);
  });
});
