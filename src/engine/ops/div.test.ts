import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { div } from "./div.js";

it("divides, broadcasting", async () => {
  expectClose(await evaluateOne(div, [[10, 20, 30]], [[1], [2]]), [
    [10, 20, 30],
    [5, 10, 15],
  ]);
});

it("sums the gradients over what broadcast", async () => {
  const [da, db] = await evaluate(gradientBuild(div), [[10, 20, 30]], [[1], [2]]);
  expectClose(da!, [[1.5, 1.5, 1.5]]);
  expectClose(db!, [[-60], [-15]]);
});

it("agrees with central differences, twice", async () => {
  await checkGradient(div, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]]], { second: true });
});

it("computes with infinities and NaN", async () => {
  expectClose(await evaluateOne(div, [Infinity, Infinity, Number.NaN, 88, 0], [1, -Infinity, 1, -88, 0]), [
    Infinity,
    Number.NaN,
    Number.NaN,
    -1,
    Number.NaN,
  ]);
});

it("takes integers", async () => {
  const result = await evaluateOne(
    div,
    tensor([7, -7], { dtype: "int64" }),
    tensor([2, 2], { dtype: "int64" }),
  );
  expect([result.dtype, result.toArray()]).toEqual(["int64", [3, -3]]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(div, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types and shapes that do not broadcast", async () => {
  await expect(evaluateOne(div, [1], tensor([1], { dtype: "float64" }))).rejects.toThrow(
    'Div "Div" (float32[1], float64[1]): expected inputs of one element type',
  );
  await expect(evaluateOne(div, [1, 2], [1, 2, 3])).rejects.toThrow("shapes [2] and [3] do not broadcast");
  await expect(evaluateOne(div, [true], [false])).rejects.toThrow("expected numeric elements");
});
