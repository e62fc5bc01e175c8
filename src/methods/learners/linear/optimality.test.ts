import { expect, it } from "vitest";
import type { Fitted } from "../learner.js";
import { standardize } from "../standardize.js";
import { madeUp } from "../testing/goldens.js";
import { elasticNet } from "./elasticNet.js";
import { linear } from "./linear.js";
import type { LinearState } from "./linearFitted.js";
import { logistic } from "./logistic.js";
import { ridge } from "./ridge.js";
import { softmaxRegression } from "./softmaxRegression.js";

const rows = 80;
const weights = Float64Array.from({ length: rows }, (_, i) => 0.5 + (i % 3));

/** Derivatives of the mean loss for each output's intercept and standardised coefficients, with those coefficients. */
async function derivatives(
  fitted: Fitted,
  data: ReturnType<typeof madeUp>,
  weights: Float64Array | undefined,
): Promise<{ gradient: number[]; b: number }[][]> {
  const mean = (weights?.reduce((sum, one) => sum + one, 0) ?? rows) / rows;
  const scaled = standardize(
    data.x,
    weights?.map((one) => one / mean),
  );
  const predicted = await fitted.predict(data.x);
  const { coefficients } = fitted.state as LinearState;
  const width = predicted.length / rows;
  return coefficients.map((row, k) => {
    const output = width === 2 && coefficients.length === 1 ? 1 : k;
    const rest = data.y.map((one, i) => {
      const target = data.classes === undefined ? one : one === output ? 1 : 0;
      return ((predicted[i * width + output]! - target) * (weights?.[i] ?? 1)) / mean / rows;
    });
    const along = (column: Float64Array): number => rest.reduce((sum, one, i) => sum + one * column[i]!, 0);
    const ones = new Float64Array(rows).fill(1);
    const own = scaled.columns.map((column, j) => ({
      gradient: [along(column)],
      b: row[j]! * scaled.deviations[j]!,
    }));
    return [{ gradient: [along(ones)], b: 0 }, ...own];
  });
}

for (const weighted of [false, true]) {
  const own = weighted ? weights : undefined;
  const how = weighted ? "with weights" : "without weights";

  it(`least squares leave nothing along any column, ${how}`, async () => {
    const data = { ...madeUp(rows, 5), weights: own };
    for (const output of await derivatives(await linear().fit(data), data, own)) {
      for (const { gradient } of output) expect(Math.abs(gradient[0]!)).toBeLessThan(1e-10);
    }
  });

  for (const [name, learner, classes, lambda] of [
    ["ridge", ridge({ lambda: 0.3 }), undefined, 0.3],
    ["ridge of classes", ridge({ lambda: 0.3 }), 3, 0.3],
    ["logistic", logistic({ lambda: 0.02 }), 2, 0.02],
    ["softmaxRegression", softmaxRegression({ lambda: 0.02 }), 4, 0.02],
  ] as const) {
    it(`${name} ends where the gradient is 0, ${how}`, async () => {
      const data = { ...madeUp(rows, 5, classes), weights: own };
      for (const output of await derivatives(await learner.fit(data), data, own)) {
        for (const { gradient, b } of output) expect(Math.abs(gradient[0]! + lambda * b)).toBeLessThan(1e-10);
      }
    });
  }

  for (const classes of [undefined, 2, 3]) {
    it(`elasticNet of ${classes ?? "numbers"} meets the conditions of its optimum, ${how}`, async () => {
      const [alpha, lambda] = [0.7, 0.05];
      const data = { ...madeUp(rows, 8, classes), weights: own };
      const fitted = await elasticNet({ alpha, lambda, tolerance: 1e-22 }).fit(data);
      let zeros = 0;
      for (const [intercept, ...output] of await derivatives(fitted, data, own)) {
        expect(Math.abs(intercept!.gradient[0]!)).toBeLessThan(1e-10);
        for (const { gradient, b } of output) {
          const slope = gradient[0]! + lambda * (1 - alpha) * b;
          if (b === 0) {
            zeros++;
            expect(Math.abs(slope)).toBeLessThanOrEqual(lambda * alpha);
          } else expect(Math.abs(slope + lambda * alpha * Math.sign(b))).toBeLessThan(1e-10);
        }
      }
      expect(zeros).toBeGreaterThan(0);
    });
  }
}

it("solves ridge by rows where there are more columns", async () => {
  const data = { ...madeUp(20, 60), weights: Float64Array.from({ length: 20 }, (_, i) => 1 + (i % 2)) };
  const fitted = await ridge({ lambda: 0.1 }).fit(data);
  const scaled = standardize(
    data.x,
    data.weights.map((one) => one / 1.5),
  );
  const predicted = await fitted.predict(data.x);
  const { coefficients } = fitted.state as LinearState;
  for (const [j, column] of scaled.columns.entries()) {
    const along = column.reduce(
      (sum, one, i) => sum + (one * (predicted[i]! - data.y[i]!) * data.weights[i]!) / 1.5 / 20,
      0,
    );
    expect(Math.abs(along + 0.1 * coefficients[0]![j]! * scaled.deviations[j]!)).toBeLessThan(1e-10);
  }
});

it("gives many parameters to the method with limited memory", async () => {
  const data = madeUp(60, 250, 3);
  const fitted = await softmaxRegression({ lambda: 0.1, tolerance: 1e-9 }).fit(data);
  const predicted = await fitted.predict(data.x);
  const right = data.y.filter((one, i) => {
    const own = predicted.subarray(3 * i, 3 * i + 3);
    return own.indexOf(Math.max(...own)) === one;
  });
  expect(right.length).toBe(60);
});

it("says that separable classes have no optimum without a penalty", async () => {
  const data = madeUp(30, 2, 2);
  const separable = { ...data, y: data.x.column(0).map((one) => (one > 0 ? 1 : 0)) };
  await expect(logistic({ lambda: 0 }).fit(separable)).rejects.toThrow(
    "logistic: found no optimum with lambda 0.",
  );
  expect(() => logistic().fit({ ...data, classes: 3 })).toThrow("Take softmaxRegression.");
});
