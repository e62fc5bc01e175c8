import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { max } from "./max.js";

it("gives the largest of its inputs and shares the gradient among equal ones", async () => {
  const inputs = [
    [1, 0, 3],
    [2, -2, 3],
    [4, 5, 3],
  ];
  expectClose(await evaluateOne(max, ...inputs), [4, 5, 3]);
  const [da, db, dc] = await evaluate(gradientBuild(max), ...inputs);
  expectClose(da!, [0, 0, 1 / 3]);
  expectClose(db!, [0, 0, 1 / 3]);
  expectClose(dc!, [1, 1, 1 / 3]);
});

it("takes one input, and broadcasts several", async () => {
  expectClose(await evaluateOne((x) => max(x), [1, 2]), [1, 2]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => max(x)),
      [1, 2],
    ),
    [1, 1],
  );
  expectClose(await evaluateOne(max, [[1, 2, 3]], [[1], [2]]), [
    [1, 2, 3],
    [2, 2, 3],
  ]);
});

it("agrees with central differences, twice", async () => {
  await checkGradient(max, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]], 0.1], { second: true });
});

it("keeps infinities and NaN", async () => {
  expectClose(await evaluateOne(max, [1, Infinity, -Infinity, Number.NaN], [88, 2, 0, 1]), [
    88,
    Infinity,
    0,
    Number.NaN,
  ]);
  expectClose(await evaluateOne(max, [1, Infinity, -Infinity, 1], [88, 2, 0, Number.NaN]), [
    88,
    Infinity,
    0,
    Number.NaN,
  ]);
});

it("takes integers and empty tensors", async () => {
  const result = await evaluateOne(
    max,
    tensor([1, 5], { dtype: "int64" }),
    tensor([3, 3], { dtype: "int64" }),
  );
  expect(result.toArray()).toEqual([3, 5]);
  expect((await evaluateOne(max, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types", async () => {
  await expect(evaluateOne(max, [1], tensor([1], { dtype: "int32" }))).rejects.toThrow(
    'Max "Max" (float32[1], int32[1]): expected inputs of one element type',
  );
});
