import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { isNan } from "./isNan.js";

it("finds what is not a number, in both precisions", async () => {
  for (const dtype of ["float32", "float64"] as const) {
    const result = await evaluateOne(isNan, tensor([0, Number.NaN, Infinity, -88], { dtype }));
    expect([result.dtype, result.toArray()]).toEqual(["bool", [0, 1, 0, 0]]);
  }
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(isNan, tensor([], { shape: [0, 2] }))).shape).toEqual([0, 2]);
});

it("refuses integers", async () => {
  await expect(evaluateOne(isNan, tensor([1], { dtype: "int32" }))).rejects.toThrow(
    'IsNaN "IsNaN" (int32[1]): expected floating-point elements, %x0 has int32',
  );
});
