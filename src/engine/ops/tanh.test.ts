import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { tanh } from "./tanh.js";

it("is the hyperbolic tangent", async () => {
  expectClose(await evaluateOne(tanh, [0, 0.5, -2]), [0, 0.46211716, -0.96402758]);
});

it("has the gradient 1 − tanh², twice", async () => {
  await checkGradient(tanh, [[0.3, -1.2, 2]], { second: true });
});

it("saturates at extremes and keeps NaN", async () => {
  const extremes = [88, -88, Infinity, -Infinity, Number.NaN];
  expectClose(await evaluateOne(tanh, extremes), [1, -1, 1, -1, Number.NaN]);
  expectClose(await evaluateOne(gradientBuild(tanh), extremes), [0, 0, 0, 0, Number.NaN]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(tanh, Tensor.zeros([0, 3]))).shape).toEqual([0, 3]);
});

it("needs a value of a graph", () => {
  expect(() => tanh(1)).toThrow("Tanh: at least one input must be a value of a graph");
});
