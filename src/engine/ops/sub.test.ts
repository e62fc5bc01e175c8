import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { sub } from "./sub.js";

it("subtracts, broadcasting", async () => {
  expectClose(await evaluateOne(sub, [[10, 20, 30]], [[1], [2]]), [
    [9, 19, 29],
    [8, 18, 28],
  ]);
});

it("sums the gradients over what broadcast", async () => {
  const [da, db] = await evaluate(gradientBuild(sub), [[10, 20, 30]], [[1], [2]]);
  expectClose(da!, [[2, 2, 2]]);
  expectClose(db!, [[-3], [-3]]);
});

it("agrees with central differences, twice", async () => {
  await checkGradient(sub, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]]], { second: true });
});

it("computes with infinities and NaN", async () => {
  expectClose(await evaluateOne(sub, [Infinity, Infinity, Number.NaN, 88, 0], [1, -Infinity, 1, -88, 0]), [
    Infinity,
    Infinity,
    Number.NaN,
    176,
    0,
  ]);
});

it("takes integers", async () => {
  const result = await evaluateOne(
    sub,
    tensor([7, -7], { dtype: "int64" }),
    tensor([2, 2], { dtype: "int64" }),
  );
  expect([result.dtype, result.toArray()]).toEqual(["int64", [5, -9]]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(sub, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types and shapes that do not broadcast", async () => {
  await expect(evaluateOne(sub, [1], tensor([1], { dtype: "float64" }))).rejects.toThrow(
    'Sub "Sub" (float32[1], float64[1]): expected inputs of one element type',
  );
  await expect(evaluateOne(sub, [1, 2], [1, 2, 3])).rejects.toThrow("shapes [2] and [3] do not broadcast");
  await expect(evaluateOne(sub, [true], [false])).rejects.toThrow("expected numeric elements");
});
