import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { reduceSumSquare } from "./reduceSumSquare.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("adds squares", async () => {
  expectClose(await evaluateOne((x) => reduceSumSquare(x), matrix), 91);
  expectClose(await evaluateOne((x) => reduceSumSquare(x, { axes: [-1] }), matrix), [21, 70]);
  const kept = await evaluateOne((x) => reduceSumSquare(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[91]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient((x) => reduceSumSquare(x, options), [varied([2, 3, 4])], { second: true });
  },
);

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceSumSquare(x, { axes: [0] }), [[3]]), [9]);
  expect((await evaluateOne((x) => reduceSumSquare(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([
    0,
  ]);
  expectClose(await evaluateOne((x) => reduceSumSquare(x, { axes: [1] }), Tensor.zeros([1, 0])), [0]);
});

it("keeps NaN to its row", async () => {
  expectClose(
    await evaluateOne(
      (x) => reduceSumSquare(x, { axes: [1] }),
      [
        [1, Number.NaN],
        [3, 0],
      ],
    ),
    [Number.NaN, 9],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceSumSquare(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceSumSquare "ReduceSumSquare" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
