import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { isInf } from "./isInf.js";

const points = [0, Infinity, -Infinity, Number.NaN, 3e38];

it("finds infinities of either sign or of one", async () => {
  const both = await evaluateOne((x) => isInf(x), points);
  expect([both.dtype, both.toArray()]).toEqual(["bool", [0, 1, 1, 0, 0]]);
  const positive = await evaluateOne((x) => isInf(x, { negative: false }), points);
  expect(positive.toArray()).toEqual([0, 1, 0, 0, 0]);
  const negative = await evaluateOne(
    (x) => isInf(x, { positive: false }),
    tensor(points, { dtype: "float64" }),
  );
  expect(negative.toArray()).toEqual([0, 0, 1, 0, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne((x) => isInf(x), tensor([], { shape: [0, 2] }))).shape).toEqual([0, 2]);
});

it("refuses integers", async () => {
  await expect(evaluateOne((x) => isInf(x), tensor([1], { dtype: "int32" }))).rejects.toThrow(
    'IsInf "IsInf" (int32[1]): expected floating-point elements, %x0 has int32',
  );
});
