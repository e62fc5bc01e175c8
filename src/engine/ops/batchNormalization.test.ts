import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { buildGraph, evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { batchNormalization, batchNormalizationTraining } from "./batchNormalization.js";

type Five = [Value, Value, Value, Value, Value];
const infer = (...inputs: Value[]): Value => {
  const [x, scale, bias, mean, variance] = inputs as Five;
  return batchNormalization(x, scale, bias, mean, variance, { epsilon: 0.01 });
};
const train = (...inputs: Value[]): Value[] => {
  const [x, scale, bias, mean, variance] = inputs as Five;
  return Object.values(batchNormalizationTraining(x, { scale, bias, mean, variance }, { momentum: 0.8 }));
};
const vector = (): Tensor => varied([2]);
const positive = new Tensor("float64", [2], Float64Array.of(0.7, 1.9));

it("agrees with differences, twice", async () => {
  const inputs = [varied([3, 2, 2, 2]), vector(), vector(), vector(), positive];
  await checkGradient(infer, inputs, { second: true });
  await checkGradient(train, inputs, { second: true, float32: true });
});

it("has a gradient through the moved statistics alone", async () => {
  const inputs = [varied([3, 2, 2]), vector(), vector(), vector(), positive];
  await checkGradient((...x) => train(...x)[1] as Value, inputs, { float32: true });
  await checkGradient((...x) => train(...x)[2] as Value, inputs, { float32: true });
});

it("moves the statistics towards the batch's", async () => {
  const [, mean, variance] = await evaluate(train, [[1], [3]], [1], [0], [10], [5]);
  expectClose(mean as Tensor, [0.8 * 10 + 0.2 * 2]);
  expectClose(variance as Tensor, [0.8 * 5 + 0.2 * 1]);
});

it("takes an empty batch at inference", async () => {
  const inputs = [Tensor.zeros([0, 2, 3]), ...[0, 1, 2, 3].map(() => Tensor.full([2], 1))];
  expect((await evaluateOne(infer, ...inputs)).shape).toEqual([0, 2, 3]);
  expect((await evaluateOne(gradientBuild(infer), ...inputs)).shape).toEqual([0, 2, 3]);
});

it("refuses vectors of another length", () => {
  const inputs = [Tensor.zeros([1, 2, 3]), ...[2, 2, 3, 2].map((size) => Tensor.zeros([size]))];
  expect(() => buildGraph(infer, inputs)).toThrow(
    "the mean must be float32[2], one for each channel, received float32[3]",
  );
});
