import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { reduceMean } from "./reduceMean.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("averages", async () => {
  expectClose(await evaluateOne((x) => reduceMean(x), matrix), 3.5);
  expectClose(await evaluateOne((x) => reduceMean(x, { axes: [-1] }), matrix), [7 / 3, 14 / 3]);
  const kept = await evaluateOne((x) => reduceMean(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[3.5]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient(
      squared((x) => reduceMean(x, options)),
      [varied([2, 3, 4])],
      { second: true },
    );
  },
);

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceMean(x, { axes: [0] }), [[3]]), [3]);
  expect((await evaluateOne((x) => reduceMean(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([0]);
  expectClose(await evaluateOne((x) => reduceMean(x, { axes: [1] }), Tensor.zeros([1, 0])), [0]);
});

it("keeps NaN to its row", async () => {
  expectClose(
    await evaluateOne(
      (x) => reduceMean(x, { axes: [1] }),
      [
        [1, Number.NaN],
        [3, 0],
      ],
    ),
    [Number.NaN, 1.5],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceMean(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceMean "ReduceMean" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
