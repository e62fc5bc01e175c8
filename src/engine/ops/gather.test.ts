import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { gather } from "./gather.js";

const matrix = [
  [1, 2],
  [3, 4],
  [5, 6],
];

it("takes slices along an axis, negative indices from the end", async () => {
  const rows = (x: Value) =>
    gather(x, [
      [0, 2],
      [-1, 0],
    ]);
  expectClose(await evaluateOne(rows, matrix), [
    [
      [1, 2],
      [5, 6],
    ],
    [
      [5, 6],
      [1, 2],
    ],
  ]);
  expectClose(await evaluateOne((x) => gather(x, [1, 1], { axis: -1 }), matrix), [
    [2, 2],
    [4, 4],
    [6, 6],
  ]);
});

it("drops the axis for a single number", async () => {
  expectClose(await evaluateOne((x) => gather(x, 1), matrix), [3, 4]);
});

it("takes int32 indices, and integers", async () => {
  const x = tensor([7, 8, 9], { dtype: "int64" });
  const indices = tensor([2, 0], { dtype: "int32" });
  expectClose(
    await evaluateOne((v, i) => gather(v, i as Value), x, indices),
    tensor([9, 7], { dtype: "int64" }),
  );
});

it("adds the gradients of a slice that was taken twice", async () => {
  const build = gradientBuild((x) => gather(x, [0, 2, -1]));
  expectClose(await evaluateOne(build, matrix), [
    [1, 1],
    [0, 0],
    [2, 2],
  ]);
});

it.each([0, 1, 2])("has a gradient along axis %d, twice", async (axis) => {
  const x = varied([3, 4, 2]);
  const indices = tensor(
    [
      [1, 1],
      [0, -2],
    ],
    { dtype: "int64" },
  );
  await checkGradient(
    squared((v, i) => gather(v, i as Value, { axis })),
    [x, indices],
    {
      second: true,
    },
  );
});

it("has the same gradient for many rows, where it is a scatter", async () => {
  const rows = 300;
  const x = Tensor.zeros([rows, 2]);
  const upstream = tensor([
    [1, 2],
    [10, 20],
    [100, 200],
  ]);
  const gradient = await evaluateOne(
    gradientBuild((v) => gather(v, [5, -1, 5]), [upstream]),
    x,
  );
  const expected = Tensor.zeros([rows, 2]);
  expected.data.set([101, 202], 10);
  expected.data.set([10, 20], 598);
  expectClose(gradient, expected);
  await checkGradient(
    squared((v) => gather(v, [5, -1, 5], { axis: 1 })),
    [varied([2, rows, 2])],
    {
      second: true,
    },
  );
});

it("takes empty tensors and no indices", async () => {
  const none = Tensor.zeros([0], "int64");
  expect((await evaluateOne((x) => gather(x, none), matrix)).shape).toEqual([0, 2]);
  const gradient = await evaluateOne(
    gradientBuild((x) => gather(x, none)),
    matrix,
  );
  expectClose(gradient, Tensor.zeros([3, 2]));
  expect((await evaluateOne((x) => gather(x, [0]), Tensor.zeros([3, 0]))).shape).toEqual([1, 0]);
});

it("keeps NaN where it was", async () => {
  expectClose(await evaluateOne((x) => gather(x, [1, 0]), [Number.NaN, 1]), [1, Number.NaN]);
});

it("refuses indices that are no integers and axes that do not exist", async () => {
  await expect(evaluateOne((x) => gather(x, tensor([0.5])), matrix)).rejects.toThrow(
    'Gather "Gather" (float32[3, 2], float32[1]): indices must be int64 or int32, received float32; cast them',
  );
  await expect(evaluateOne((x) => gather(x, 0, { axis: 2 }), matrix)).rejects.toThrow(
    "axis 2 does not exist: the tensor has rank 2",
  );
});
