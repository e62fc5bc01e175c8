import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { mod } from "./mod.js";

const remainder = (a: Value, b: Value) => mod(a, b);
const a = [7, -7, 7, -7, 5.5];
const b = [3, 3, -3, -3, 2];

it("has the sign of a for floating-point elements", async () => {
  expectClose(await evaluateOne(remainder, a, b), [1, -1, 1, -1, 1.5]);
});

it("has the gradients 1 and −trunc(a / b)", async () => {
  const [da, db] = await evaluate(gradientBuild(remainder), a, b);
  expectClose(da!, [1, 1, 1, 1, 1]);
  expectClose(db!, [-2, 2, 2, -2, -2]);
  await checkGradient(remainder, [[[2.3, -4.1]], [[1.7], [-0.6]]], { second: true });
});

it("has the sign of b for integers, or of a when truncated", async () => {
  const dividend = tensor([7, -7, 7, -7], { dtype: "int64" });
  const divisor = tensor([3, 3, -3, -3], { dtype: "int64" });
  expect((await evaluateOne(remainder, dividend, divisor)).toArray()).toEqual([1, 2, -2, -1]);
  const truncated = (x: Value, y: Value) => mod(x, y, { truncated: true });
  expect((await evaluateOne(truncated, dividend, divisor)).toArray()).toEqual([1, -1, 1, -1]);
});

it("computes with 0, infinities and NaN", async () => {
  const values = await evaluateOne(remainder, [0, 1, Infinity, 88, Number.NaN], [88, 0, 2, Infinity, 1]);
  expectClose(values, [0, Number.NaN, Number.NaN, 88, Number.NaN]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(remainder, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses floating-point remainders with the sign of b", async () => {
  await expect(evaluateOne((x) => mod(x, 2, { truncated: false }), [1])).rejects.toThrow(
    'Mod "Mod" (float32[1], float32[]): floating-point elements need fmod = 1 (the remainder has the sign of a)',
  );
});
