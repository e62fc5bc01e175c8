import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { trilu } from "./trilu.js";

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

it("keeps the upper or lower triangle", async () => {
  expectClose(await evaluateOne((x) => trilu(x), matrix), [
    [1, 2, 3],
    [0, 5, 6],
    [0, 0, 9],
  ]);
  expectClose(await evaluateOne((x) => trilu(x, { upper: false }), matrix), [
    [1, 0, 0],
    [4, 5, 0],
    [7, 8, 9],
  ]);
  expectClose(await evaluateOne((x) => trilu(x, { k: 1 }), matrix), [
    [0, 2, 3],
    [0, 0, 6],
    [0, 0, 0],
  ]);
  expectClose(await evaluateOne((x) => trilu(x, { upper: false, k: -1 }), matrix), [
    [0, 0, 0],
    [4, 0, 0],
    [7, 8, 0],
  ]);
});

it("drops NaN outside of the triangle", async () => {
  expectClose(
    await evaluateOne(
      (x) => trilu(x),
      [
        [1, 2],
        [Number.NaN, 4],
      ],
    ),
    [
      [1, 2],
      [0, 4],
    ],
  );
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => trilu(x, { k: 1 })),
    [varied([2, 3, 4])],
    { second: true },
  );
  await checkGradient(
    squared((x) => trilu(x, { upper: false })),
    [varied([4, 2])],
    { second: true },
  );
});

it("takes empty tensors", async () => {
  expect((await evaluateOne((x) => trilu(x), Tensor.zeros([0, 3]))).shape).toEqual([0, 3]);
});

it("refuses a vector", async () => {
  await expect(evaluateOne((x) => trilu(x), [1])).rejects.toThrow(
    'Trilu "Trilu" (float32[1]): expected a matrix or a stack of them',
  );
});
