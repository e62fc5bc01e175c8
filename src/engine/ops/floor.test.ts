import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { floor } from "./floor.js";

const points = [-1.5, -0.5, 0, 0.2, 2, 88.1, Infinity, -Infinity, Number.NaN];

it("rounds down", async () => {
  expectClose(await evaluateOne(floor, points), [-2, -1, 0, 0, 2, 88, Infinity, -Infinity, Number.NaN]);
});

it("has the gradient 0 everywhere", async () => {
  expectClose(await evaluateOne(gradientBuild(floor), points), [0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(floor, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses booleans", async () => {
  await expect(evaluateOne(floor, [true])).rejects.toThrow(
    'Floor "Floor" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
