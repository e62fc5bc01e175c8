import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { tile } from "./tile.js";

it("repeats along each axis", async () => {
  expectClose(await evaluateOne((x) => tile(x, [2, 2]), [[1, 2]]), [
    [1, 2, 1, 2],
    [1, 2, 1, 2],
  ]);
});

it("adds the gradients of the copies, twice", async () => {
  expectClose(
    await evaluateOne(
      gradientBuild((x) => tile(x, [3])),
      [1, 2],
    ),
    [3, 3],
  );
  await checkGradient(
    squared((x) => tile(x, [2, 1, 3])),
    [varied([2, 3, 2])],
    { second: true },
  );
});

it("takes empty tensors, no repeats and NaN", async () => {
  expect((await evaluateOne((x) => tile(x, [2, 3]), Tensor.zeros([0, 1]))).shape).toEqual([0, 3]);
  expect((await evaluateOne((x) => tile(x, [0]), [1, 2])).shape).toEqual([0]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => tile(x, [0])),
      [1, 2],
    ),
    [0, 0],
  );
  expectClose(await evaluateOne((x) => tile(x, [2]), [Number.NaN]), [Number.NaN, Number.NaN]);
});

it("returns x where nothing is repeated", async () => {
  await evaluateOne(
    (x) => {
      expect(tile(x, [1])).toBe(x);
      return x;
    },
    [1],
  );
});

it("refuses another number of repeats", async () => {
  await expect(evaluateOne((x) => tile(x, [2]), [[1]])).rejects.toThrow(
    'Tile "Tile" (float32[1, 1], int64[1]): expected 2 repeats from 0, received [2]',
  );
});
