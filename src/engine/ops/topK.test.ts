import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import type { TopKOptions } from "./topK.js";
import { topK } from "./topK.js";

const both = (options: TopKOptions) => (x: Value) => {
  const { values, indices } = topK(x, options);
  return [values, indices];
};

it("finds the largest or smallest elements and their places", async () => {
  const [values, indices] = await evaluate(both({ k: 2 }), [3, 1, 4, 1, 5]);
  expectClose(values!, [5, 4]);
  expectClose(indices!, tensor([4, 2], { dtype: "int64" }));
  const [least, places] = await evaluate(both({ k: 2, largest: false }), [3, 1, 4, 1, 5]);
  expectClose(least!, [1, 1]);
  expectClose(places!, tensor([1, 3], { dtype: "int64" }));
});

it("works along another axis", async () => {
  expectClose(
    await evaluateOne(
      (x) => topK(x, { k: 1, axis: 0 }).values,
      [
        [1, 5],
        [3, 2],
      ],
    ),
    [[3, 5]],
  );
});

it("has a gradient through the values, twice", async () => {
  await checkGradient(
    squared((x) => topK(x, { k: 2 }).values),
    [varied([3, 4])],
    { second: true },
  );
  await checkGradient(
    squared((x) => topK(x, { k: 2, axis: 0, largest: false }).values),
    [varied([3, 4])],
    { second: true },
  );
});

it("takes k of 0 and an axis of size 1", async () => {
  expect((await evaluateOne((x) => topK(x, { k: 0 }).values, [1, 2])).shape).toEqual([0]);
  expectClose(await evaluateOne((x) => topK(x, { k: 1 }).values, [[7]]), [[7]]);
});

it("refuses more elements than there are", async () => {
  await expect(evaluateOne((x) => topK(x, { k: 3 }).values, [1, 2])).rejects.toThrow(
    'TopK "TopK" (float32[2], int64[1]): k must be from 0 to 2, the size of axis 0, received 3',
  );
});
