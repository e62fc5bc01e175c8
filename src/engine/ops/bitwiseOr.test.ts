import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { bitwiseOr } from "./bitwiseOr.js";

it("works on the bits of every integer type", async () => {
  for (const dtype of ["int32", "int64", "uint8", "uint32", "uint64"] as const) {
    const result = await evaluateOne(
      bitwiseOr,
      tensor([0b1100, 0b0101], { dtype }),
      tensor([0b1010, 0b0110], { dtype }),
    );
    expect([result.dtype, result.toArray()]).toEqual([dtype, [14, 7]]);
  }
});

it("broadcasts, also to an empty tensor", async () => {
  const one = tensor([1], { dtype: "uint32" });
  expect((await evaluateOne(bitwiseOr, one, tensor([[1], [3]], { dtype: "uint32" }))).shape).toEqual([2, 1]);
  expect((await evaluateOne(bitwiseOr, one, tensor([], { dtype: "uint32", shape: [0, 3] }))).shape).toEqual([
    0, 3,
  ]);
});

it("refuses floating-point elements", async () => {
  await expect(evaluateOne(bitwiseOr, [1], [1])).rejects.toThrow(
    'BitwiseOr "BitwiseOr" (float32[1], float32[1]): expected integer elements, %x0 has float32',
  );
});
