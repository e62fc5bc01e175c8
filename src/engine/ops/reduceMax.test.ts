import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { reduceMax } from "./reduceMax.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("finds the largest element", async () => {
  expectClose(await evaluateOne((x) => reduceMax(x), matrix), 6);
  expectClose(await evaluateOne((x) => reduceMax(x, { axes: [-1] }), matrix), [4, 6]);
  const kept = await evaluateOne((x) => reduceMax(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[6]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient((x) => reduceMax(x, options), [varied([2, 3, 4])], { second: true });
  },
);

it("shares the gradient equally among equal elements", async () => {
  expectClose(
    await evaluateOne(
      gradientBuild((x) => reduceMax(x)),
      [1, 3, 3],
    ),
    [0, 0.5, 0.5],
  );
});

it("takes infinities and integers", async () => {
  const infinite = [Number.NEGATIVE_INFINITY, 1, Number.POSITIVE_INFINITY];
  expectClose(await evaluateOne((x) => reduceMax(x), infinite), Number.POSITIVE_INFINITY);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => reduceMax(x)),
      infinite,
    ),
    [0, 0, 1],
  );
  expectClose(
    await evaluateOne((x) => reduceMax(x), tensor([5, 7], { dtype: "int32" })),
    Tensor.scalar(7, "int32"),
  );
});

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceMax(x, { axes: [0] }), [[3]]), [3]);
  expect((await evaluateOne((x) => reduceMax(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([0]);
  expectClose(await evaluateOne((x) => reduceMax(x, { axes: [1] }), Tensor.zeros([1, 0])), [
    Number.NEGATIVE_INFINITY,
  ]);
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceMax(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceMax "ReduceMax" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
