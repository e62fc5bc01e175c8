import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { not } from "./not.js";

it("turns true into false and false into true", async () => {
  const result = await evaluateOne(not, [true, false]);
  expect([result.dtype, result.toArray()]).toEqual(["bool", [0, 1]]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(not, tensor([], { dtype: "bool", shape: [0, 2] }))).shape).toEqual([0, 2]);
});

it("refuses numbers", async () => {
  await expect(evaluateOne(not, [1])).rejects.toThrow(
    'Not "Not" (float32[1]): expected bool elements, %x0 has float32',
  );
});
