import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { gemm } from "./gemm.js";

const a = [
  [1, 2],
  [3, 4],
];
const b = [
  [5, 6],
  [7, 8],
];

it("is a product plus a bias", async () => {
  expectClose(await evaluateOne((x, y) => gemm(x, y as Value), a, b), [
    [19, 22],
    [43, 50],
  ]);
  const scaled = await evaluateOne(
    (x, y) => gemm(x, y as Value, tensor([1, 2]), { alpha: 2, beta: 10 }),
    a,
    b,
  );
  expectClose(scaled, [
    [48, 64],
    [96, 120],
  ]);
  expectClose(await evaluateOne((x, y) => gemm(x, y as Value, undefined, { transA: true }), a, b), [
    [26, 30],
    [38, 44],
  ]);
  expectClose(await evaluateOne((x, y) => gemm(x, y as Value, undefined, { transB: true }), a, b), [
    [17, 23],
    [39, 53],
  ]);
});

it.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])("has a gradient with transA %s and transB %s, twice", async (transA, transB) => {
  const options = { alpha: 0.5, beta: -2, transA, transB };
  const left = varied(transA ? [3, 2] : [2, 3]);
  const right = varied(transB ? [4, 3] : [3, 4]);
  const build = (x?: Value, y?: Value, c?: Value) => gemm(x as Value, y as Value, c as Value, options);
  await checkGradient(build, [left, right, varied([4])], { second: true });
});

it.each([[[]], [[1]], [[2, 1]], [[1, 4]], [[2, 4]]])("broadcasts a bias of shape %j", async (shape) => {
  const build = (x?: Value, y?: Value, c?: Value) => gemm(x as Value, y as Value, c as Value);
  await checkGradient(build, [varied([2, 3]), varied([3, 4]), varied(shape)]);
});

it("takes empty matrices and NaN", async () => {
  const build = (x: Value, y: Value | undefined) => gemm(x, y as Value, tensor([1, 2]));
  expectClose(await evaluateOne(build, Tensor.zeros([1, 0]), Tensor.zeros([0, 2])), [[1, 2]]);
  expect((await evaluateOne(build, Tensor.zeros([0, 3]), Tensor.zeros([3, 2]))).shape).toEqual([0, 2]);
  expectClose(await evaluateOne(build, [[Number.NaN]], [[1, 1]]), [[Number.NaN, Number.NaN]]);
});

it("refuses sizes that do not meet and biases that do not fit", async () => {
  await expect(evaluateOne((x) => gemm(x, x), [[1, 2]])).rejects.toThrow(
    'Gemm "Gemm" (float32[1, 2], float32[1, 2]): the inner sizes 2 and 1 of the product must be equal',
  );
  await expect(evaluateOne((x) => gemm(x, x, tensor([1, 2, 3])), [[1]])).rejects.toThrow(
    "c [3] does not broadcast to the product [1, 1]",
  );
  await expect(evaluateOne((x) => gemm(x, x), [1])).rejects.toThrow("expected two matrices");
});
