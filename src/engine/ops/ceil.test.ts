import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { ceil } from "./ceil.js";

const points = [-1.5, -0.5, 0, 0.2, 2, 88.1, Infinity, -Infinity, Number.NaN];

it("rounds up", async () => {
  expectClose(await evaluateOne(ceil, points), [-1, 0, 0, 1, 2, 89, Infinity, -Infinity, Number.NaN]);
});

it("has the gradient 0 everywhere", async () => {
  expectClose(await evaluateOne(gradientBuild(ceil), points), [0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(ceil, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses booleans", async () => {
  await expect(evaluateOne(ceil, [true])).rejects.toThrow(
    'Ceil "Ceil" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
