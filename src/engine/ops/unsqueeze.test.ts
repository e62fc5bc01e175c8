import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { unsqueeze } from "./unsqueeze.js";

it("adds axes of size 1 at places of the result", async () => {
  expectClose(await evaluateOne((x) => unsqueeze(x, [0, -1]), [1, 2]), [[[1], [2]]]);
  expectClose(await evaluateOne((x) => unsqueeze(x, [0]), 7), [7]);
  expect((await evaluateOne((x) => unsqueeze(x, [1]), Tensor.zeros([0, 3]))).shape).toEqual([0, 1, 3]);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => unsqueeze(x, [1, 3])),
    [varied([2, 3])],
    { second: true },
  );
});

it("returns x where no axis is added", async () => {
  await evaluateOne(
    (x) => {
      expect(unsqueeze(x, [])).toBe(x);
      return x;
    },
    [1],
  );
});

it("refuses an axis that does not exist or comes twice", async () => {
  await expect(evaluateOne((x) => unsqueeze(x, [2]), [1])).rejects.toThrow(
    "axis 2 does not exist: the tensor has rank 2",
  );
  await expect(evaluateOne((x) => unsqueeze(x, [0, -3]), [1])).rejects.toThrow(
    'Unsqueeze "Unsqueeze" (float32[1], int64[2]): axes [0, -3] name one twice',
  );
});
