import { expect, it } from "vitest";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { evaluateOne } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { squared } from "../../testing/squared.js";
import { varied } from "../../testing/varied.js";
import { reverse } from "./reverse.js";

it("turns axes around", async () => {
  const x = [
    [1, 2],
    [3, Number.NaN],
  ];
  expectClose(await evaluateOne((v) => reverse(v, [0]), x), [
    [3, Number.NaN],
    [1, 2],
  ]);
  expectClose(await evaluateOne((v) => reverse(v, [0, -1]), x), [
    [Number.NaN, 3],
    [2, 1],
  ]);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => reverse(x, [1])),
    [varied([2, 3])],
    { second: true },
  );
});

it("takes an empty tensor and an axis of size 1", async () => {
  expect((await evaluateOne((x) => reverse(x, [0]), Tensor.zeros([0, 3]))).shape).toEqual([0, 3]);
  expectClose(await evaluateOne((x) => reverse(x, [0]), [5]), [5]);
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => reverse(x, [1]), [1])).rejects.toThrow("axis 1 does not exist");
});
