import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { where } from "./where.js";

it("chooses, broadcasting all three", async () => {
  expectClose(await evaluateOne(where, [true, false, true], [[1], [2]], 5), [
    [1, 5, 1],
    [2, 5, 2],
  ]);
});

it("gives the gradient to what was chosen", async () => {
  const [da, db] = await evaluate(gradientBuild(where), [true, false, true], [[1], [2]], 5);
  expectClose(da!, [[2], [2]]);
  expectClose(db!, 2);
  await checkGradient(
    where,
    [
      [true, false, true],
      [[1], [2]],
      [0.1, 0.2, 0.3],
    ],
    { second: true },
  );
});

it("keeps infinities and NaN that were not chosen out of values and gradients", async () => {
  const inputs = [
    [true, false],
    [1, Infinity],
    [Number.NaN, 2],
  ];
  expectClose(await evaluateOne(where, ...inputs), [1, 2]);
  const [da, db] = await evaluate(gradientBuild(where), ...inputs);
  expectClose(da!, [1, 0]);
  expectClose(db!, [0, 1]);
});

it("gives numbers the element type of the other choice", async () => {
  const big = tensor([5, 6], { dtype: "int64" });
  const result = await evaluateOne((condition, b) => where(condition, 1, b), [true, false], big);
  expect([result.dtype, result.toArray()]).toEqual(["int64", [1, 6]]);
  const numbers = await evaluateOne((condition) => where(condition, 1, 0), [true, false]);
  expect([numbers.dtype, numbers.toArray()]).toEqual(["float32", [1, 0]]);
});

it("takes an empty tensor", async () => {
  const empty = tensor([], { dtype: "bool", shape: [0, 3] });
  expect((await evaluateOne(where, empty, [1, 2, 3], 0)).shape).toEqual([0, 3]);
});

it("refuses a condition that is not bool and choices of two element types", async () => {
  await expect(evaluateOne(where, [1], [1], [1])).rejects.toThrow(
    'Where "Where" (float32[1], float32[1], float32[1]): expected a bool condition, %x0 has float32',
  );
  await expect(evaluateOne(where, [true], [1], tensor([1], { dtype: "int32" }))).rejects.toThrow(
    "expected both choices of one element type",
  );
});
