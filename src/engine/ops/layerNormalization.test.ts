import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { emitAll } from "./define/define.js";
import { layerNormalization } from "./layerNormalization.js";

it("normalises the last axis, scales and shifts", async () => {
  const root = Math.sqrt(1.25 + 1e-5);
  const normal = [-1.5 / root, -0.5 / root, 0.5 / root, 1.5 / root];
  const build = (x: Value) => layerNormalization(x, Tensor.full([4], 2), tensor([0, 0, 0, 10]));
  expectClose(await evaluateOne(build, [[1, 2, 3, 4]]), [
    [2, 2, 2, 2].map((two, i) => two * normal[i]! + (i === 3 ? 10 : 0)),
  ]);
});

it("normalises several axes together, with another epsilon", async () => {
  const build = (x: Value) =>
    layerNormalization(x, Tensor.full([2, 2], 1), undefined, { axis: 1, epsilon: 0.25 });
  const root = Math.sqrt(1.5);
  expectClose(
    await evaluateOne(build, [
      [
        [1, 2],
        [3, 4],
      ],
    ]),
    [
      [
        [-1.5 / root, -0.5 / root],
        [0.5 / root, 1.5 / root],
      ],
    ],
  );
});

it("has gradients for input, scale and bias, twice", async () => {
  const build = (x?: Value, scale?: Value, bias?: Value) =>
    layerNormalization(x as Value, scale as Value, bias);
  await checkGradient(build, [varied([3, 5]), varied([5]), varied([5])], { second: true });
  await checkGradient(build, [varied([2, 5]), varied([5]), varied([5])], { second: true, float32: true });
  const all = (x?: Value, scale?: Value) =>
    layerNormalization(x as Value, scale as Value, undefined, { axis: 1 });
  await checkGradient(all, [varied([2, 2, 3]), varied([2, 3])], { second: true });
});

it("has a gradient through its mean and inverse deviation", async () => {
  const build = (x: Value) => emitAll(layerNormalization.operator, [x, Tensor.full([4], 1)]).slice(1);
  await checkGradient(build, [varied([2, 4])], { float32: true });
});

it("gives the bias where all elements are alike, and for a single one", async () => {
  const build = (x: Value) => layerNormalization(x, tensor([3]), tensor([7]));
  expectClose(await evaluateOne(build, [[5, 5, 5]]), [[7, 7, 7]]);
  expectClose(await evaluateOne(build, [[5]]), [[7]]);
});

it("takes no rows, and keeps NaN to its row", async () => {
  const build = (x: Value) => layerNormalization(x, tensor([1, 1]));
  expect((await evaluateOne(build, Tensor.zeros([0, 2]))).shape).toEqual([0, 2]);
  const y = await evaluateOne(build, [
    [Number.NaN, 1],
    [2, 2],
  ]);
  expectClose(y, [
    [Number.NaN, Number.NaN],
    [0, 0],
  ]);
});

it("refuses a scale that does not fit", async () => {
  await expect(evaluateOne((x) => layerNormalization(x, tensor([1, 2, 3])), [[1, 2]])).rejects.toThrow(
    "do not broadcast",
  );
});
