import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { equal } from "./equal.js";

it("says where a = b", async () => {
  const result = await evaluateOne(
    equal,
    [1, 2, 3, Infinity, -Infinity, Number.NaN, 0],
    [2, 2, 2, Infinity, 88, Number.NaN, -0],
  );
  expect([result.dtype, result.toArray()]).toEqual(["bool", [0, 1, 0, 1, 0, 0, 1]]);
});

it("broadcasts and takes every numeric type", async () => {
  for (const dtype of ["float32", "float64", "int32", "int64", "uint8", "uint32", "uint64"] as const) {
    const result = await evaluateOne(equal, tensor([[1], [3]], { dtype }), tensor([1, 2, 3], { dtype }));
    expect(result.toArray(), dtype).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  }
});

it("compares booleans", async () => {
  expect((await evaluateOne(equal, [true, false, true], [true, true, false])).toArray()).toEqual([1, 0, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(equal, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses mixed element types", async () => {
  await expect(evaluateOne(equal, [1], [true])).rejects.toThrow(
    'Equal "Equal" (float32[1], bool[1]): expected inputs of one element type',
  );
});
