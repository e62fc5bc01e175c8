import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { reduceLogSum } from "./reduceLogSum.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("is the logarithm of the sum", async () => {
  expectClose(await evaluateOne((x) => reduceLogSum(x), matrix), Math.log(21));
  expectClose(await evaluateOne((x) => reduceLogSum(x, { axes: [-1] }), matrix), [Math.log(7), Math.log(14)]);
  const kept = await evaluateOne((x) => reduceLogSum(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[Math.log(21)]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient((x) => reduceLogSum(x, options), [Tensor.full([2, 3, 4], 1.5)], { second: true });
  },
);

it("is NaN for a negative sum", async () => {
  expectClose(await evaluateOne((x) => reduceLogSum(x), [1, -2]), Number.NaN);
});

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceLogSum(x, { axes: [0] }), [[3]]), [Math.log(3)]);
  expect((await evaluateOne((x) => reduceLogSum(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([0]);
  expectClose(await evaluateOne((x) => reduceLogSum(x, { axes: [1] }), Tensor.zeros([1, 0])), [
    Number.NEGATIVE_INFINITY,
  ]);
});

it("keeps NaN to its row", async () => {
  expectClose(
    await evaluateOne(
      (x) => reduceLogSum(x, { axes: [1] }),
      [
        [1, Number.NaN],
        [3, 0],
      ],
    ),
    [Number.NaN, Math.log(3)],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceLogSum(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceLogSum "ReduceLogSum" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
