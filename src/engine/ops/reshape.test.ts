import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { emit, int64Vector } from "./define/define.js";
import { reshape } from "./reshape.js";

it("keeps the elements in order, and finds a size of -1", async () => {
  expectClose(
    await evaluateOne(
      (x) => reshape(x, [3, 2]),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ),
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  );
  expectClose(await evaluateOne((x) => reshape(x, [-1]), [[1], [Number.NaN]]), [1, Number.NaN]);
  expectClose(await evaluateOne((x) => reshape(x, []), [[7]]), 7);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => reshape(x, [4, -1])),
    [varied([2, 6])],
    { second: true },
  );
});

it("takes empty tensors: 0 means 0", async () => {
  expect((await evaluateOne((x) => reshape(x, [0, 5]), Tensor.zeros([2, 0]))).shape).toEqual([0, 5]);
});

it("reads ONNX's 0 as the size that is there", async () => {
  const build = (x: Value) => emit(reshape.operator, [x, int64Vector([0, -1])]);
  expect((await evaluateOne(build, Tensor.zeros([2, 3, 2]))).shape).toEqual([2, 6]);
});

it("returns x where the shape is the same", async () => {
  await evaluateOne(
    (x) => {
      expect(reshape(x, [2])).toBe(x);
      return x;
    },
    [1, 2],
  );
});

it("refuses another number of elements", async () => {
  await expect(evaluateOne((x) => reshape(x, [4]), [1, 2, 3])).rejects.toThrow(
    'Reshape "Reshape" (float32[3], int64[1]): cannot reshape [3] (3 elements) to [4]',
  );
});
