import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { flatten } from "./flatten.js";

it.each([
  [1, [2, 12]],
  [0, [1, 24]],
  [3, [24, 1]],
  [-1, [6, 4]],
])("makes a matrix at axis %d", async (axis, shape) => {
  expect((await evaluateOne((x) => flatten(x, { axis }), Tensor.zeros([2, 3, 4]))).shape).toEqual(shape);
});

it("takes empty tensors and scalars", async () => {
  expect((await evaluateOne((x) => flatten(x), Tensor.zeros([0, 3, 2]))).shape).toEqual([0, 6]);
  expect((await evaluateOne((x) => flatten(x, { axis: 0 }), 5)).shape).toEqual([1, 1]);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => flatten(x)),
    [varied([2, 3, 2])],
    { second: true },
  );
});

it("returns a matrix as it is", async () => {
  await evaluateOne(
    (x) => {
      expect(flatten(x)).toBe(x);
      return x;
    },
    [[1, 2]],
  );
});

it("refuses an axis out of range", async () => {
  await expect(evaluateOne((x) => flatten(x, { axis: 4 }), Tensor.zeros([1, 2, 3]))).rejects.toThrow(
    'Flatten "Flatten" (float32[1, 2, 3]): axis 4 must be within -3 and 3',
  );
});
