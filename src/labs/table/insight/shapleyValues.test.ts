import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { TablePredictor } from "../table.js";
import { shapleyValues } from "./shapleyValues.js";

const predictor = (value: (row: Float64Array) => number): TablePredictor => ({
  predict: (x) =>
    Promise.resolve(
      Float64Array.from({ length: x.rows }, (_, row) =>
        value(x.data.subarray(row * x.columns, (row + 1) * x.columns)),
      ),
    ),
});
const row = new Matrix(1, 3, Float64Array.of(2, 3, 5));
const zero = new Matrix(1, 3, new Float64Array(3));
const random = new Generator(1);

it("gives what each term of a sum adds", async () => {
  const sum = predictor(([a = 0, b = 0]) => 10 + 4 * a - b);
  const found = await shapleyValues({ row, background: zero, predictor: sum, random, orders: 5 });
  expect(found).toMatchObject({ prediction: 15, base: 10 });
  expect(found.contributions).toEqual([
    { column: 0, value: 8, standardError: 0 },
    { column: 1, value: -3, standardError: 0 },
    { column: 2, value: 0, standardError: 0 },
  ]);
});

it("divides a product between its factors, and its parts add up to the prediction", async () => {
  const product = predictor(([a = 0, b = 0, c = 0]) => a * b + c);
  const { base, prediction, contributions } = await shapleyValues({
    row,
    background: zero,
    predictor: product,
    random,
  });
  const [a, b, c] = contributions.map(({ value }) => value) as [number, number, number];
  expect(a).toBeGreaterThan(2.3);
  expect(a).toBeLessThan(3.7);
  expect(a + b).toBeCloseTo(6, 12);
  expect(c).toBeCloseTo(5, 12);
  expect(base + a + b + c).toBeCloseTo(prediction, 12);
});

it("compares with drawn rows, and explains the output that is asked for", async () => {
  const two: TablePredictor = {
    predict: (x) =>
      Promise.resolve(
        Float64Array.from(
          { length: 2 * x.rows },
          (_, at) => (at % 2) * (x.data[Math.floor(at / 2) * 3] as number),
        ),
      ),
  };
  const background = new Matrix(2, 3, Float64Array.of(0, 0, 0, 4, 0, 0));
  const found = await shapleyValues({ row, background, predictor: two, outputs: 2, output: 1, random });
  expect(found.prediction).toBe(2);
  expect(Math.abs(found.base - 2)).toBeLessThan(0.5);
  expect(found.contributions[0]?.standardError).toBeGreaterThan(0.1);
});

it("says what does not fit", async () => {
  const sum = predictor(() => 0);
  const narrow = new Matrix(1, 2, new Float64Array(2));
  await expect(shapleyValues({ row, background: narrow, predictor: sum, random })).rejects.toThrow(
    "received 1 of 3 and 1 of 2",
  );
});
