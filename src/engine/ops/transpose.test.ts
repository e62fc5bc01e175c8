import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { transpose } from "./transpose.js";

it("reverses the axes, or orders them as given", async () => {
  expectClose(
    await evaluateOne(
      (x) => transpose(x),
      [
        [1, 2, 3],
        [4, 5, Number.NaN],
      ],
    ),
    [
      [1, 4],
      [2, 5],
      [3, Number.NaN],
    ],
  );
  expect((await evaluateOne((x) => transpose(x, [2, 0, 1]), Tensor.zeros([2, 3, 0]))).shape).toEqual([
    0, 2, 3,
  ]);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => transpose(x, [2, 0, 1])),
    [varied([2, 3, 4])],
    { second: true },
  );
  await checkGradient(
    squared((x) => transpose(x)),
    [varied([2, 3])],
    { second: true },
  );
});

it("refuses what is no order of the axes", async () => {
  await expect(evaluateOne((x) => transpose(x, [0, 0]), [[1]])).rejects.toThrow(
    'Transpose "Transpose" (float32[1, 1]): perm [0, 0] is not an order of the axes 0 to 1',
  );
});
