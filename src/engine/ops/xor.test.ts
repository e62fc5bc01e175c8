import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { xor } from "./xor.js";

it("has its truth table, broadcasting", async () => {
  const result = await evaluateOne(xor, [[true], [false]], [true, false]);
  expect([result.dtype, result.toArray()]).toEqual([
    "bool",
    [
      [0, 1],
      [1, 0],
    ],
  ]);
});

it("takes an empty tensor", async () => {
  const empty = tensor([], { dtype: "bool", shape: [0, 2] });
  expect((await evaluateOne(xor, empty, [true, false])).shape).toEqual([0, 2]);
});

it("refuses numbers", async () => {
  await expect(evaluateOne(xor, [true], [1])).rejects.toThrow(
    'Xor "Xor" (bool[1], float32[1]): expected bool elements, %x1 has float32',
  );
});
