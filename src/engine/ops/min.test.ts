import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { min } from "./min.js";

it("gives the smallest of its inputs and shares the gradient among equal ones", async () => {
  const inputs = [
    [1, 0, 3],
    [2, -2, 3],
    [4, 5, 3],
  ];
  expectClose(await evaluateOne(min, ...inputs), [1, -2, 3]);
  const [da, db, dc] = await evaluate(gradientBuild(min), ...inputs);
  expectClose(da!, [1, 0, 1 / 3]);
  expectClose(db!, [0, 1, 1 / 3]);
  expectClose(dc!, [0, 0, 1 / 3]);
});

it("takes one input, and broadcasts several", async () => {
  expectClose(await evaluateOne((x) => min(x), [1, 2]), [1, 2]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => min(x)),
      [1, 2],
    ),
    [1, 1],
  );
  expectClose(await evaluateOne(min, [[1, 2, 3]], [[1], [2]]), [
    [1, 1, 1],
    [1, 2, 2],
  ]);
});

it("agrees with central differences, twice", async () => {
  await checkGradient(min, [[[0.3, -1.2, 2.5]], [[1.7], [-0.6]], 0.1], { second: true });
});

it("keeps infinities and NaN", async () => {
  expectClose(await evaluateOne(min, [1, Infinity, -Infinity, Number.NaN], [88, 2, 0, 1]), [
    1,
    2,
    -Infinity,
    Number.NaN,
  ]);
  expectClose(await evaluateOne(min, [1, Infinity, -Infinity, 1], [88, 2, 0, Number.NaN]), [
    1,
    2,
    -Infinity,
    Number.NaN,
  ]);
});

it("takes integers and empty tensors", async () => {
  const result = await evaluateOne(
    min,
    tensor([1, 5], { dtype: "int64" }),
    tensor([3, 3], { dtype: "int64" }),
  );
  expect(result.toArray()).toEqual([1, 3]);
  expect((await evaluateOne(min, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types", async () => {
  await expect(evaluateOne(min, [1], tensor([1], { dtype: "int32" }))).rejects.toThrow(
    'Min "Min" (float32[1], int32[1]): expected inputs of one element type',
  );
});
