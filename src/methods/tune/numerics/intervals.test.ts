import { expect, it } from "vitest";
import { betaQuantile, incompleteBeta } from "../../numerics/incompleteBeta.js";
import { logGamma } from "../../numerics/logGamma.js";
import { binomialInterval } from "./binomialInterval.js";
import { studentQuantile } from "./studentQuantile.js";

it("has logarithms of gamma functions", () => {
  expect(logGamma(1)).toBeCloseTo(0, 14);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
  expect(logGamma(11) / Math.log(3628800)).toBeCloseTo(1, 14);
  expect(logGamma(100) / 359.1342053695754).toBeCloseTo(1, 14);
});

it("has shares of beta distributions", () => {
  expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
  expect(incompleteBeta(0.3, 2, 1)).toBeCloseTo(0.09, 14);
  expect(incompleteBeta(0.7, 3, 2)).toBeCloseTo(4 * 0.7 ** 3 - 3 * 0.7 ** 4, 14);
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  expect(betaQuantile(0.09, 2, 1)).toBeCloseTo(0.3, 14);
});

it.each([
  [1, Math.tan(0.475 * Math.PI)],
  [2, 0.95 * Math.sqrt(2 / (4 * 0.975 * 0.025))],
  [4, 2.7764451051977987],
  [19, 2.093024054408263],
  [Number.POSITIVE_INFINITY, 1.959963984540054],
])("has Student's quantile of %d degrees of freedom", (degreesOfFreedom, wanted) => {
  expect(studentQuantile(0.975, degreesOfFreedom) / wanted).toBeCloseTo(1, 13);
  expect(studentQuantile(0.025, degreesOfFreedom) / wanted).toBeCloseTo(-1, 13);
});

it("comes to the normal quantile with many degrees of freedom", () => {
  // By the first term of Cornish and Fisher's expansion.
  const z = 1.959963984540054;
  for (const many of [1e4, 1e6, 1e8]) {
    expect(studentQuantile(0.975, many)).toBeCloseTo(z + (z ** 3 + z) / (4 * many), 7);
  }
});

it.each([
  [19, 20, 0.7512672, 0.9987349],
  [100, 100, 0.9637833, 1],
  [0, 10, 0, 0.3084971],
])("has the interval of %d in %d cases", (happened, cases, low, high) => {
  const [a, b] = binomialInterval(happened, cases, 0.95);
  expect(a).toBeCloseTo(low, 7);
  expect(b).toBeCloseTo(high, 7);
});
