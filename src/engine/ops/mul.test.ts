import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { mul } from "./mul.js";

it("multiplies, broadcasting", async () => {
  expectClose(await evaluateOne(mul, [[10, 20, 30]], [[1], [2]]), [
    [10, 20, 30],
    [20, 40, 60],
  ]);
});

it("sums the gradients over what broadcast", async () => {
  const [da, db] = await evaluate(gradientBuild(mul), [[10, 20, 30]], [[1], [2]]);
  expectClose(da!, [[3, 3, 3]]);
  expectClose(db!, [[60], [60]]);
});

it("agrees with central differences, twice", async () => {
  await checkGradient(mul, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]]], { second: true });
});

it("computes with infinities and NaN", async () => {
  expectClose(await evaluateOne(mul, [Infinity, Infinity, Number.NaN, 88, 0], [1, -Infinity, 1, -88, 0]), [
    Infinity,
    -Infinity,
    Number.NaN,
    -7744,
    0,
  ]);
});

it("takes integers", async () => {
  const result = await evaluateOne(
    mul,
    tensor([7, -7], { dtype: "int64" }),
    tensor([2, 2], { dtype: "int64" }),
  );
  expect([result.dtype, result.toArray()]).toEqual(["int64", [14, -14]]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(mul, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types and shapes that do not broadcast", async () => {
  await expect(evaluateOne(mul, [1], tensor([1], { dtype: "float64" }))).rejects.toThrow(
    'Mul "Mul" (float32[1], float64[1]): expected inputs of one element type',
  );
  await expect(evaluateOne(mul, [1, 2], [1, 2, 3])).rejects.toThrow("shapes [2] and [3] do not broadcast");
  await expect(evaluateOne(mul, [true], [false])).rejects.toThrow("expected numeric elements");
});
