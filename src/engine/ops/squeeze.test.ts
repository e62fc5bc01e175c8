import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { squeeze } from "./squeeze.js";

it("drops axes of size 1, all of them or the given ones", async () => {
  expectClose(await evaluateOne((x) => squeeze(x), [[[1], [2]]]), [1, 2]);
  expectClose(await evaluateOne((x) => squeeze(x, [-1]), [[[1], [2]]]), [[1, 2]]);
  expect((await evaluateOne((x) => squeeze(x, [0]), Tensor.zeros([1, 0]))).shape).toEqual([0]);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => squeeze(x, [1])),
    [varied([2, 1, 3])],
    { second: true },
  );
});

it("returns x where nothing is dropped", async () => {
  await evaluateOne(
    (x) => {
      expect(squeeze(x)).toBe(x);
      expect(squeeze(x, [])).toBe(x);
      return x;
    },
    [1, 2],
  );
});

it("refuses another size", async () => {
  await expect(evaluateOne((x) => squeeze(x, [0]), [1, 2])).rejects.toThrow(
    'Squeeze "Squeeze" (float32[2], int64[1]): axis 0 has size 2, only axes of size 1 can go',
  );
});
