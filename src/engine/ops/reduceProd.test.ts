import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { reduceProd } from "./reduceProd.js";

const matrix = [
  [1, 2, 4],
  [3, 6, 5],
];

it("multiplies", async () => {
  expectClose(await evaluateOne((x) => reduceProd(x), matrix), 720);
  expectClose(await evaluateOne((x) => reduceProd(x, { axes: [-1] }), matrix), [8, 90]);
  const kept = await evaluateOne((x) => reduceProd(x, { axes: [0, 1], keepDims: true }), matrix);
  expectClose(kept, [[720]]);
});

it.each([{}, { axes: [1] }, { axes: [0, -1], keepDims: true }])(
  "has a gradient for %j, twice",
  async (options) => {
    await checkGradient((x) => reduceProd(x, options), [varied([2, 3, 4])], { second: true });
  },
);

it("has a gradient at zeros: none, one, two", async () => {
  const gradient = gradientBuild((x) => reduceProd(x, { axes: [1] }));
  expectClose(
    await evaluateOne(gradient, [
      [2, 3, 4],
      [2, 0, 4],
      [0, 3, 0],
    ]),
    [
      [12, 8, 6],
      [0, 8, 0],
      [0, 0, 0],
    ],
  );
});

it("takes an axis of size 1, and empty ones", async () => {
  expectClose(await evaluateOne((x) => reduceProd(x, { axes: [0] }), [[3]]), [3]);
  expect((await evaluateOne((x) => reduceProd(x, { axes: [1] }), Tensor.zeros([0, 2]))).shape).toEqual([0]);
  expectClose(await evaluateOne((x) => reduceProd(x, { axes: [1] }), Tensor.zeros([1, 0])), [1]);
});

it("keeps NaN to its row", async () => {
  expectClose(
    await evaluateOne(
      (x) => reduceProd(x, { axes: [1] }),
      [
        [1, Number.NaN],
        [3, 1],
      ],
    ),
    [Number.NaN, 3],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reduceProd(x, { axes: [2] }), matrix)).rejects.toThrow(
    'ReduceProd "ReduceProd" (float32[2, 3], int64[1]): axis 2 does not exist: the tensor has rank 2',
  );
});
