import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { reduceLogSumExp } from "./reduceLogSumExp.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("is the logarithm of the sum of exponentials", async () => {
  expectClose(
    await evaluateOne((x) => reduceLogSumExp(x), matrix),
    Math.log([1, 2, 4, 3, 6, 5].reduce((sum, x) => sum + Math.exp(x), 0)),
  );
  expectClose(await evaluateOne((x) => reduceLogSumExp(x, { axes: [-1] }), matrix), [
    Math.log(Math.exp(1) + Math.exp(2) + Math.exp(4)),
    Math.log(Math.exp(3) + Math.exp(6) + Math.exp(5)),
  ]);
  const kept = await evaluateOne((x) => reduceLogSumExp(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[Math.log([1, 2, 4, 3, 6, 5].reduce((sum, x) => sum + Math.exp(x), 0))]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient((x) => reduceLogSumExp(x, options), [varied([2, 3, 4])], { second: true });
  },
);

it("does not overflow, and takes infinities", async () => {
  const rows = [
    [1000, 1000],
    [-1000, -1000],
    [Number.NEGATIVE_INFINITY, 2],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
  ];
  const expected = [
    1000 + Math.log(2),
    -1000 + Math.log(2),
    2,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  expectClose(await evaluateOne((x) => reduceLogSumExp(x, { axes: [1] }), rows), expected);
  const gradient = await evaluateOne(
    gradientBuild((x) => reduceLogSumExp(x, { axes: [1] })),
    rows.slice(0, 4),
  );
  // A logarithm near 1000 is exact to 6e-5 in float32, and so is what is subtracted from x.
  const tolerance = { relative: 1e-4 };
  expectClose(
    gradient,
    [
      [0.5, 0.5],
      [0.5, 0.5],
      [0, 1],
      [0, 0],
    ],
    tolerance,
  );
});

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceLogSumExp(x, { axes: [0] }), [[3]]), [3]);
  expect((await evaluateOne((x) => reduceLogSumExp(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([
    0,
  ]);
  expectClose(await evaluateOne((x) => reduceLogSumExp(x, { axes: [1] }), Tensor.zeros([1, 0])), [
    Number.NEGATIVE_INFINITY,
  ]);
});

it("keeps NaN to its row", async () => {
  expectClose(
    await evaluateOne(
      (x) => reduceLogSumExp(x, { axes: [1] }),
      [
        [1, Number.NaN],
        [3, 0],
      ],
    ),
    [Number.NaN, Math.log(Math.exp(3) + 1)],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceLogSumExp(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceLogSumExp "ReduceLogSumExp" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
