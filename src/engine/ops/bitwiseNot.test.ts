import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { bitwiseNot } from "./bitwiseNot.js";

it("inverts every bit", async () => {
  const uint8 = tensor([0, 1, 255], { dtype: "uint8" });
  expect((await evaluateOne(bitwiseNot, uint8)).toArray()).toEqual([255, 254, 0]);
  const int64 = tensor([0, 1, -8], { dtype: "int64" });
  expect((await evaluateOne(bitwiseNot, int64)).toArray()).toEqual([-1, -2, 7]);
});

it("refuses floating-point elements", async () => {
  await expect(evaluateOne(bitwiseNot, [1])).rejects.toThrow(
    'BitwiseNot "BitwiseNot" (float32[1]): expected integer elements, %x0 has float32',
  );
});
