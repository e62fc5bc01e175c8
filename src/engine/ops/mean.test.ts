import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { mean } from "./mean.js";

it("gives the mean of its inputs", async () => {
  expectClose(await evaluateOne(mean, [1, 0, 3], [2, -2, 3], [4, 5, 3]), [7 / 3, 1, 3]);
});

it("takes one input, and broadcasts several", async () => {
  expectClose(await evaluateOne((x) => mean(x), [1, 2]), [1, 2]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => mean(x)),
      [1, 2],
    ),
    [1, 1],
  );
  expectClose(await evaluateOne(mean, [[1, 2, 3]], [[1], [2]]), [
    [1, 1.5, 2],
    [1.5, 2, 2.5],
  ]);
  const [da, db] = await evaluate(gradientBuild(mean), [[1, 2, 3]], [[1], [2]]);
  expectClose(da!, [[1, 1, 1]]);
  expectClose(db!, [[1.5], [1.5]]);
});

it("agrees with central differences", async () => {
  await checkGradient(mean, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]], 0.1], { second: true, float32: true });
});

it("computes with infinities and NaN", async () => {
  const sums = await evaluateOne(mean, [Infinity, Infinity, Number.NaN, 88], [1, -Infinity, 1, -88]);
  expectClose(sums, [Infinity, Number.NaN, Number.NaN, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(mean, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types", async () => {
  await expect(evaluateOne(mean, [1], tensor([1], { dtype: "int32" }))).rejects.toThrow(
    'Mean "Mean" (float32[1], int32[1]): expected inputs of one element type',
  );
});
