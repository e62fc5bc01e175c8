import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { reverseSequence } from "./reverseSequence.js";

it("turns each sequence around and leaves its padding", async () => {
  const x = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  expectClose(await evaluateOne((v) => reverseSequence(v, [3, 1]), x), [
    [3, 2, 1, 4],
    [5, 6, 7, 8],
  ]);
  expectClose(await evaluateOne((v) => reverseSequence(v, [2, 2, 1, 2], { batchAxis: 1 }), x), [
    [5, 6, 3, 8],
    [1, 2, 7, 4],
  ]);
});

it("takes lengths that are computed", async () => {
  const lengths = tensor([2], { dtype: "int64" });
  expectClose(await evaluateOne((v, l) => reverseSequence(v, l as Value), [[1, Number.NaN, 3]], lengths), [
    [Number.NaN, 1, 3],
  ]);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => reverseSequence(x, [2, 4])),
    [varied([2, 4, 3])],
    { second: true },
  );
  await checkGradient(
    squared((x) => reverseSequence(x, [3, 1], { batchAxis: 1 })),
    [varied([4, 2])],
    { second: true },
  );
});

it("refuses another number of lengths", async () => {
  await expect(evaluateOne((v) => reverseSequence(v, [1]), [[1], [2]])).rejects.toThrow(
    'ReverseSequence "ReverseSequence" (float32[2, 1], int64[1]): expected rank 2 or more and lengths int64[2]',
  );
});
