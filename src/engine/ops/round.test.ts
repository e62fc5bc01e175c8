import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { round } from "./round.js";

const points = [-1.5, -0.5, 0.5, 1.5, 2.5, 0.7, Infinity, -Infinity, Number.NaN];

it("rounds to the nearest, halves to even", async () => {
  expectClose(await evaluateOne(round, points), [-2, 0, 0, 2, 2, 1, Infinity, -Infinity, Number.NaN]);
});

it("has the gradient 0 everywhere", async () => {
  expectClose(await evaluateOne(gradientBuild(round), points), [0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(round, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses booleans", async () => {
  await expect(evaluateOne(round, [true])).rejects.toThrow(
    'Round "Round" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
