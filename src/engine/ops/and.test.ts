import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { and } from "./and.js";

it("has its truth table, broadcasting", async () => {
  const result = await evaluateOne(and, [[true], [false]], [true, false]);
  expect([result.dtype, result.toArray()]).toEqual([
    "bool",
    [
      [1, 0],
      [0, 0],
    ],
  ]);
});

it("takes an empty tensor", async () => {
  const empty = tensor([], { dtype: "bool", shape: [0, 2] });
  expect((await evaluateOne(and, empty, [true, false])).shape).toEqual([0, 2]);
});

it("refuses numbers", async () => {
  await expect(evaluateOne(and, [true], [1])).rejects.toThrow(
    'And "And" (bool[1], float32[1]): expected bool elements, %x1 has float32',
  );
});
