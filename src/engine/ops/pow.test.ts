import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { pow } from "./pow.js";

it("raises to a power, broadcasting", async () => {
  expectClose(await evaluateOne(pow, [[1, 2, 3]], [[2], [0.5]]), [
    [1, 4, 9],
    [1, Math.SQRT2, 1.7320508],
  ]);
});

it("has gradients for base and exponent, twice", async () => {
  await checkGradient(pow, [[[0.3, 1.2, 2.5]], [[1.7], [-0.6]]], { second: true });
  await checkGradient((a) => pow(a, tensor([3, 2], { dtype: "float64" })), [[-1.5, 0.4]], { second: true });
});

it.each([0, 1, 2, 3, -2, 0.5])("has a gradient for the constant exponent %d", async (exponent) => {
  await checkGradient((a: Value) => pow(a, exponent), [[0.3, 1.2, 2.5]], { second: true });
});

it("has PyTorch's gradients at a base of 0 and below", async () => {
  const a = [0, 0, 0, -2, -2, 2, 0, 3];
  const b = [0, 2, 1, 2, 3, -1, 0.5, 0];
  expectClose(await evaluateOne(pow, a, b), [1, 0, 0, 4, -8, 0.5, 0, 1]);
  const [da, db] = await evaluate(gradientBuild(pow), a, b);
  expectClose(da!, [0, 0, 1, -4, 12, -0.25, Infinity, 0]);
  expectClose(db!, [0, 0, 0, Number.NaN, Number.NaN, 0.34657359, 0, 1.0986123]);
});

it("has a finite gradient for the constant exponents 0, 1 and 2 at 0", async () => {
  for (const [exponent, slope] of [
    [0, 0],
    [1, 1],
    [2, 0],
  ] as const) {
    const gradient = gradientBuild((a: Value) => pow(a, exponent));
    expectClose(await evaluateOne(gradient, [0]), [slope]);
    expectClose(await evaluateOne(gradientBuild(gradient), [0]), [exponent === 2 ? 2 : 0]);
  }
});

it("computes with infinities and NaN", async () => {
  const a = [Infinity, -Infinity, 88, Number.NaN, -8];
  expectClose(await evaluateOne(pow, a, [2, 3, 88, 1, 1 / 3]), [
    Infinity,
    -Infinity,
    Infinity,
    Number.NaN,
    Number.NaN,
  ]);
});

it("takes an integer base or exponent", async () => {
  const squares = await evaluateOne((a) => pow(a, 2), tensor([3, -4], { dtype: "int64" }));
  expect([squares.dtype, squares.toArray()]).toEqual(["int64", [9, 16]]);
  const exponents = tensor([2, 3], { dtype: "int64" });
  expectClose(await evaluateOne(pow, [1.5, -2], exponents), [2.25, -8]);
  expectClose(await evaluateOne(gradientBuild(pow), [1.5, -2], exponents), [3, 12]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(pow, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses booleans", async () => {
  await expect(evaluateOne(pow, [true], [1])).rejects.toThrow(
    'Pow "Pow" (bool[1], float32[1]): expected signed elements, %x0 has bool',
  );
});
