import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { reduceSum } from "./reduceSum.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("adds", async () => {
  expectClose(await evaluateOne((x) => reduceSum(x), matrix), 21);
  expectClose(await evaluateOne((x) => reduceSum(x, { axes: [-1] }), matrix), [7, 14]);
  const kept = await evaluateOne((x) => reduceSum(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[21]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient(
      squared((x) => reduceSum(x, options)),
      [varied([2, 3, 4])],
      { second: true },
    );
  },
);

it("reduces nothing with an empty list of axes", async () => {
  expectClose(await evaluateOne((x) => reduceSum(x, { axes: [] }), matrix), matrix);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => reduceSum(x, { axes: [] })),
      matrix,
    ),
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
  );
});

it("adds integers", async () => {
  expectClose(
    await evaluateOne((x) => reduceSum(x), tensor([1, 2], { dtype: "int64" })),
    Tensor.scalar(3, "int64"),
  );
});

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceSum(x, { axes: [0] }), [[3]]), [3]);
  expect((await evaluateOne((x) => reduceSum(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([0]);
  expectClose(await evaluateOne((x) => reduceSum(x, { axes: [1] }), Tensor.zeros([1, 0])), [0]);
});

it("keeps NaN to its row", async () => {
  expectClose(
    await evaluateOne(
      (x) => reduceSum(x, { axes: [1] }),
      [
        [1, Number.NaN],
        [3, 0],
      ],
    ),
    [Number.NaN, 3],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceSum(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceSum "ReduceSum" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
