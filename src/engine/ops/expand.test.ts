import { expect, it } from "vitest";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { expand } from "./expand.js";

it("broadcasts", async () => {
  expectClose(await evaluateOne((x) => expand(x, [2, 2, 2]), [[1], [2]]), [
    [
      [1, 1],
      [2, 2],
    ],
    [
      [1, 1],
      [2, 2],
    ],
  ]);
  expectClose(await evaluateOne((x) => expand(x, [1]), [Number.NaN, 2]), [Number.NaN, 2]);
});

it("sums the gradients of the copies, twice", async () => {
  expectClose(
    await evaluateOne(
      gradientBuild((x) => expand(x, [3, 2])),
      [1, 2],
    ),
    [3, 3],
  );
  await checkGradient(
    squared((x) => expand(x, [4, 2, 3])),
    [varied([2, 1])],
    { second: true },
  );
});

it("takes empty tensors", async () => {
  expect((await evaluateOne((x) => expand(x, [0, 2]), [1, 2])).shape).toEqual([0, 2]);
});

it("returns x where the shape is the same", async () => {
  await evaluateOne(
    (x) => {
      expect(expand(x, [2])).toBe(x);
      return x;
    },
    [1, 2],
  );
});

it("refuses sizes that do not broadcast", async () => {
  await expect(evaluateOne((x) => expand(x, [3]), [1, 2])).rejects.toThrow(
    'Expand "Expand" (float32[2], int64[1]): shapes [2] and [3] do not broadcast',
  );
});
