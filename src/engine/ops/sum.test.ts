import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { sum } from "./sum.js";

it("gives the sum of its inputs", async () => {
  expectClose(await evaluateOne(sum, [1, 0, 3], [2, -2, 3], [4, 5, 3]), [7, 3, 9]);
});

it("takes one input, and broadcasts several", async () => {
  expectClose(await evaluateOne((x) => sum(x), [1, 2]), [1, 2]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => sum(x)),
      [1, 2],
    ),
    [1, 1],
  );
  expectClose(await evaluateOne(sum, [[1, 2, 3]], [[1], [2]]), [
    [2, 3, 4],
    [3, 4, 5],
  ]);
  const [da, db] = await evaluate(gradientBuild(sum), [[1, 2, 3]], [[1], [2]]);
  expectClose(da!, [[2, 2, 2]]);
  expectClose(db!, [[3], [3]]);
});

it("agrees with central differences", async () => {
  await checkGradient(sum, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]], 0.1], { second: true });
});

it("computes with infinities and NaN", async () => {
  const sums = await evaluateOne(sum, [Infinity, Infinity, Number.NaN, 88], [1, -Infinity, 1, -88]);
  expectClose(sums, [Infinity, Number.NaN, Number.NaN, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(sum, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types", async () => {
  await expect(evaluateOne(sum, [1], tensor([1], { dtype: "int32" }))).rejects.toThrow(
    'Sum "Sum" (float32[1], int32[1]): expected inputs of one element type',
  );
});
