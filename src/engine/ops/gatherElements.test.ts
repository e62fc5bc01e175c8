import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { gatherElements } from "./gatherElements.js";

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
];

it("takes one element for each index, along an axis", async () => {
  expectClose(await evaluateOne((x) => gatherElements(x, [[0, 1, 0]]), matrix), [[1, 5, 3]]);
  expectClose(
    await evaluateOne(
      (x) =>
        gatherElements(
          x,
          [
            [2, -3],
            [1, 1],
          ],
          { axis: -1 },
        ),
      matrix,
    ),
    [
      [3, 1],
      [5, 5],
    ],
  );
});

it("takes int32 indices and keeps NaN", async () => {
  const indices = tensor([1, 0], { dtype: "int32" });
  expectClose(await evaluateOne((x) => gatherElements(x, indices), [Number.NaN, 2]), [2, Number.NaN]);
});

it("adds the gradients of an element taken twice", async () => {
  expectClose(
    await evaluateOne(
      gradientBuild((x) => gatherElements(x, [1, 1, -1])),
      [5, 6, 7],
    ),
    [0, 2, 1],
  );
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => gatherElements(x, [[0, 2, 1, 1]], { axis: 0 })),
    [varied([3, 4])],
    { second: true },
  );
  await checkGradient(
    squared((x) =>
      gatherElements(
        x,
        [
          [3, 3],
          [0, 1],
        ],
        { axis: 1 },
      ),
    ),
    [varied([3, 4])],
    { second: true },
  );
});

it("takes no indices", async () => {
  const none = Tensor.zeros([0, 3], "int64");
  expect((await evaluateOne((x) => gatherElements(x, none), matrix)).shape).toEqual([0, 3]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => gatherElements(x, none)),
      matrix,
    ),
    Tensor.zeros([2, 3]),
  );
});

it("refuses indices of another rank or too large", async () => {
  await expect(evaluateOne((x) => gatherElements(x, [0]), matrix)).rejects.toThrow(
    'GatherElements "GatherElements" (float32[2, 3], int64[1]): indices must have the rank of the tensor and, off the axis, be no larger',
  );
});
