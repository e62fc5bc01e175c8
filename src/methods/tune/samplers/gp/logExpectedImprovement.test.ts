import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  logExpectedImprovement,
  logExpectedImprovementSlopes,
  logImprovement,
} from "./logExpectedImprovement.js";

const golden = JSON.parse(
  readFileSync(new URL("../../../../../goldens/tune/logExpectedImprovement.json", import.meta.url), "utf8"),
) as Readonly<Record<"z" | "log" | "cumulative" | "density", readonly number[]>>;

// At 100 the density is 0 in double precision.
const off = (value: number, wanted: number): number => Math.abs(value - wanted) / (wanted || 1);

it("is that of 120 digits, wherever digits cancel or underflow", () => {
  golden.z.forEach((z, i) => {
    const wanted = golden.log[i] as number;
    // Near 0 the logarithm itself is small.
    expect(Math.abs(logImprovement(z) - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)));
  });
});

it("has its derivatives to 1e-11", () => {
  golden.z.forEach((z, i) => {
    const { value, byMean, byDeviation } = logExpectedImprovementSlopes(-z, 1, 0);
    expect(value).toBe(logImprovement(z));
    expect(off(-byMean, golden.cumulative[i] as number)).toBeLessThan(1e-11);
    expect(off(byDeviation, golden.density[i] as number)).toBeLessThan(1e-11);
  });
});

it("scales with the deviation", () => {
  expect(logExpectedImprovement(3, 2, 1)).toBeCloseTo(Math.log(2) + logImprovement(-1), 14);
  const [step, mean, deviation, best] = [1e-6, 0.7, 0.3, 0.2];
  const { byMean, byDeviation } = logExpectedImprovementSlopes(mean, deviation, best);
  const at = (m: number, d: number): number => logExpectedImprovement(m, d, best);
  expect(byMean).toBeCloseTo((at(mean + step, deviation) - at(mean - step, deviation)) / (2 * step), 6);
  expect(byDeviation).toBeCloseTo((at(mean, deviation + step) - at(mean, deviation - step)) / (2 * step), 6);
});
