import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { cumSum } from "./cumSum.js";

const values = [1, 2, 3, 4];

it("adds up along an axis", async () => {
  expectClose(await evaluateOne((x) => cumSum(x, { axis: 0 }), values), [1, 3, 6, 10]);
  expectClose(await evaluateOne((x) => cumSum(x, { axis: 0, exclusive: true }), values), [0, 1, 3, 6]);
  expectClose(await evaluateOne((x) => cumSum(x, { axis: 0, reverse: true }), values), [10, 9, 7, 4]);
  expectClose(
    await evaluateOne((x) => cumSum(x, { axis: -1, exclusive: true, reverse: true }), values),
    [9, 7, 4, 0],
  );
});

it.each([
  { axis: 0 },
  { axis: -1, exclusive: true },
  { axis: 1, reverse: true },
  { axis: 1, exclusive: true, reverse: true },
])("has a gradient for %j, twice", async (options) => {
  await checkGradient(
    squared((x) => cumSum(x, options)),
    [varied([3, 4])],
    { second: true },
  );
});

it("takes integers, empty tensors, size 1 and NaN", async () => {
  const integers = tensor([1, 2], { dtype: "int64" });
  expectClose(await evaluateOne((x) => cumSum(x, { axis: 0 }), integers), tensor([1, 3], { dtype: "int64" }));
  expect((await evaluateOne((x) => cumSum(x, { axis: 1 }), Tensor.zeros([2, 0]))).shape).toEqual([2, 0]);
  expectClose(await evaluateOne((x) => cumSum(x, { axis: 1 }), [[7]]), [[7]]);
  expectClose(await evaluateOne((x) => cumSum(x, { axis: 0 }), [1, Number.NaN, 2]), [
    1,
    Number.NaN,
    Number.NaN,
  ]);
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => cumSum(x, { axis: 1 }), values)).rejects.toThrow(
    'CumSum "CumSum" (float32[4], int64[]): axis 1 does not exist: the tensor has rank 1',
  );
});
