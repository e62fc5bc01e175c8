import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { bitwiseXor } from "./bitwiseXor.js";

it("works on the bits of every integer type", async () => {
  for (const dtype of ["int32", "int64", "uint8", "uint32", "uint64"] as const) {
    const result = await evaluateOne(
      bitwiseXor,
      tensor([0b1100, 0b0101], { dtype }),
      tensor([0b1010, 0b0110], { dtype }),
    );
    expect([result.dtype, result.toArray()]).toEqual([dtype, [6, 3]]);
  }
});

it("broadcasts, also to an empty tensor", async () => {
  const one = tensor([1], { dtype: "uint32" });
  expect((await evaluateOne(bitwiseXor, one, tensor([[1], [3]], { dtype: "uint32" }))).shape).toEqual([2, 1]);
  expect((await evaluateOne(bitwiseXor, one, tensor([], { dtype: "uint32", shape: [0, 3] }))).shape).toEqual([
    0, 3,
  ]);
});

it("refuses floating-point elements", async () => {
  await expect(evaluateOne(bitwiseXor, [1], [1])).rejects.toThrow(
    'BitwiseXor "BitwiseXor" (float32[1], float32[1]): expected integer elements, %x0 has float32',
  );
});
