import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { oneHot } from "./oneHot.js";

const indices = tensor([1, -1, 3], { dtype: "int64" });

it("is 1 at each index, 0 elsewhere and where the index is out of range", async () => {
  expectClose(await evaluateOne((i) => oneHot(i, { depth: 3 }), indices), [
    [0, 1, 0],
    [0, 0, 1],
    [0, 0, 0],
  ]);
  expectClose(await evaluateOne((i) => oneHot(i, { depth: 2, axis: 0 }), indices), [
    [0, 0, 0],
    [1, 1, 0],
  ]);
});

it.each(["float32", "float64", "int32", "int64", "bool"] as const)("gives %s", async (dtype) => {
  expectClose(
    await evaluateOne((i) => oneHot(i, { depth: 2, dtype }), tensor([0], { dtype: "int32" })),
    tensor([[1, 0]], { dtype }),
  );
});

it("takes uint8 and empty indices, and scalars", async () => {
  expectClose(await evaluateOne((i) => oneHot(i, { depth: 2 }), tensor([1], { dtype: "uint8" })), [[0, 1]]);
  expect((await evaluateOne((i) => oneHot(i, { depth: 4 }), Tensor.zeros([0], "int64"))).shape).toEqual([
    0, 4,
  ]);
  expectClose(await evaluateOne((i) => oneHot(i, { depth: 2 }), Tensor.scalar(1, "int64")), [0, 1]);
});

it("refuses an axis that does not exist and a negative depth", async () => {
  await expect(evaluateOne((i) => oneHot(i, { depth: 2, axis: 2 }), indices)).rejects.toThrow(
    "axis 2 does not exist: the tensor has rank 2",
  );
  await expect(evaluateOne((i) => oneHot(i, { depth: -1 }), indices)).rejects.toThrow(
    "the depth must be at least 0, received -1",
  );
});
