import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { or } from "./or.js";

it("has its truth table, broadcasting", async () => {
  const result = await evaluateOne(or, [[true], [false]], [true, false]);
  expect([result.dtype, result.toArray()]).toEqual([
    "bool",
    [
      [1, 1],
      [1, 0],
    ],
  ]);
});

it("takes an empty tensor", async () => {
  const empty = tensor([], { dtype: "bool", shape: [0, 2] });
  expect((await evaluateOne(or, empty, [true, false])).shape).toEqual([0, 2]);
});

it("refuses numbers", async () => {
  await expect(evaluateOne(or, [true], [1])).rejects.toThrow(
    'Or "Or" (bool[1], float32[1]): expected bool elements, %x1 has float32',
  );
});
