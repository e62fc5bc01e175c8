import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { scatterElements } from "./scatterElements.js";

const grid = [
  [1, 2, 3],
  [4, 5, 6],
];

it("writes each update to its place", async () => {
  expectClose(await evaluateOne((x) => scatterElements(x, [[1, 0]], tensor([[10, 20]])), grid), [
    [1, 20, 3],
    [10, 5, 6],
  ]);
  expectClose(
    await evaluateOne((x) => scatterElements(x, [[-1], [0]], tensor([[10], [20]]), { axis: 1 }), grid),
    [
      [1, 2, 10],
      [20, 5, 6],
    ],
  );
});

it.each([
  ["add", [1, 2 + 10 + 20]],
  ["mul", [1, 2 * 10 * 20]],
  ["max", [1, 20]],
  ["min", [1, 2]],
] as const)("combines by %s, in order", async (reduction, expected) => {
  const build = (x: Value) => scatterElements(x, [1, 1], tensor([10, 20]), { reduction });
  expectClose(await evaluateOne(build, [1, 2]), expected);
});

it("has gradients for what is there and for the updates, twice", async () => {
  const build = (x: Value, updates: Value) => scatterElements(x, [[0, 2]], updates);
  await checkGradient(
    squared((x, u) => build(x as Value, u as Value)),
    [varied([3, 2]), varied([1, 2])],
    { second: true },
  );
  const adding = (x: Value, updates: Value) =>
    scatterElements(
      x,
      [
        [1, 1],
        [0, 1],
      ],
      updates,
      { axis: 1, reduction: "add" },
    );
  await checkGradient(
    squared((x, u) => adding(x as Value, u as Value)),
    [varied([3, 2]), varied([2, 2])],
    { second: true },
  );
});

it("leaves nothing of what was overwritten in the gradient", async () => {
  expectClose(
    await evaluateOne(
      gradientBuild((x) => scatterElements(x, [1], tensor([9]))),
      [1, 2, 3],
    ),
    [1, 0, 1],
  );
});

it("takes no updates, and NaN", async () => {
  const none = Tensor.zeros([0], "int64");
  expectClose(await evaluateOne((x) => scatterElements(x, none, Tensor.zeros([0])), [1, Number.NaN]), [
    1,
    Number.NaN,
  ]);
});

it("has no gradient for other reductions, and refuses updates that do not fit", async () => {
  const build = (x: Value) => scatterElements(x, [0], tensor([2]), { reduction: "mul" });
  await expect(evaluateOne(gradientBuild(build), [1])).rejects.toThrow(
    'reduction "mul" has a gradient only where it is one of none, add',
  );
  await expect(evaluateOne((x) => scatterElements(x, [0], tensor([2, 3])), [1])).rejects.toThrow(
    "updates must be float32 and have the shape of the indices",
  );
});
