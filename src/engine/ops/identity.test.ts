import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { identity } from "./identity.js";

it("gives every element type as it is", async () => {
  const points = [1.5, Infinity, -Infinity, Number.NaN];
  expectClose(await evaluateOne(identity, points), points);
  for (const dtype of ["float64", "int32", "int64", "bool", "uint8", "uint32", "uint64"] as const) {
    const result = await evaluateOne(identity, tensor([[0, 1]], { dtype }));
    expect([result.dtype, result.toArray()]).toEqual([dtype, [[0, 1]]]);
  }
});

it("passes the gradient", async () => {
  await checkGradient(identity, [[0.5, -2]], { second: true });
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(identity, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("needs a value of a graph", () => {
  expect(() => identity(1)).toThrow("Identity: at least one input must be a value of a graph");
});
