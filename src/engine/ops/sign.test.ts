import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { sign } from "./sign.js";

const points = [-1.5, 0, 0.2, 88, -88, Infinity, -Infinity, Number.NaN];

it("gives the sign", async () => {
  expectClose(await evaluateOne(sign, points), [-1, 0, 1, 1, -1, 1, -1, Number.NaN]);
});

it("has the gradient 0 everywhere", async () => {
  expectClose(await evaluateOne(gradientBuild(sign), points), [0, 0, 0, 0, 0, 0, 0, 0]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(sign, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses booleans", async () => {
  await expect(evaluateOne(sign, [true])).rejects.toThrow(
    'Sign "Sign" (bool[1]): expected numeric elements, %x0 has bool',
  );
});
