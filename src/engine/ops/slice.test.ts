import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { type SliceOptions, slice } from "./slice.js";

const run = (values: number[], options: SliceOptions) => evaluateOne((x) => slice(x, options), values);

it("takes a range, counted from either end and cut off beyond them", async () => {
  const x = [0, 1, 2, 3, 4];
  expectClose(await run(x, { starts: [1], ends: [3] }), [1, 2]);
  expectClose(await run(x, { starts: [-2], ends: [Number.POSITIVE_INFINITY] }), [3, 4]);
  expectClose(await run(x, { starts: [-9], ends: [-1] }), [0, 1, 2, 3]);
  expectClose(await run(x, { starts: [3], ends: [99] }), [3, 4]);
});

it("takes steps, backwards too", async () => {
  const x = [0, 1, 2, 3, 4];
  expectClose(await run(x, { starts: [0], ends: [5], steps: [2] }), [0, 2, 4]);
  expectClose(await run(x, { starts: [1], ends: [5], steps: [3] }), [1, 4]);
  expectClose(await run(x, { starts: [-1], ends: [Number.NEGATIVE_INFINITY], steps: [-1] }), [4, 3, 2, 1, 0]);
  expectClose(await run(x, { starts: [9], ends: [0], steps: [-3] }), [4, 1]);
});

it("takes chosen axes, negative ones from the end, and integers", async () => {
  const x = tensor(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { dtype: "int32" },
  );
  const y = await evaluateOne((v) => slice(v, { starts: [1], ends: [3], axes: [-1] }), x);
  expect(y.toArray()).toEqual([
    [2, 3],
    [5, 6],
  ]);
});

it.each([
  { starts: [1, 0], ends: [3, 2] },
  { starts: [0, 1], ends: [5, 4], steps: [2, 2] },
  { starts: [1], ends: [5], axes: [0], steps: [3] },
  { starts: [-1, 3], ends: [-6, 0], steps: [-1, -2] },
  { starts: [4], ends: [1], axes: [0], steps: [-2] },
  { starts: [2], ends: [2] },
])("has a gradient for %j, twice", async (options) => {
  await checkGradient(
    squared((x) => slice(x, options)),
    [varied([5, 4])],
    { second: true },
  );
});

it("puts the gradient where the elements were", async () => {
  const build = gradientBuild((x) => slice(x, { starts: [3], ends: [0], steps: [-2] }), [tensor([10, 20])]);
  expectClose(await evaluateOne(build, [0, 0, 0, 0, 0]), [0, 20, 0, 10, 0]);
});

it("takes empty tensors and gives empty ones", async () => {
  expect((await run([1, 2], { starts: [1], ends: [1] })).shape).toEqual([0]);
  const empty = await evaluateOne(
    (x) => slice(x, { starts: [1], ends: [2], axes: [1] }),
    Tensor.zeros([0, 3]),
  );
  expect(empty.shape).toEqual([0, 1]);
});

it("returns x where the slice takes all of it", async () => {
  await evaluateOne(
    (x) => {
      expect(slice(x, { starts: [0], ends: [Number.POSITIVE_INFINITY] })).toBe(x);
      return x;
    },
    [1, 2],
  );
});

it("refuses a step of 0 and lists of unequal length", async () => {
  await expect(run([1, 2], { starts: [0], ends: [2], steps: [0] })).rejects.toThrow(
    /^Slice "Slice" .*: a step must not be 0$/,
  );
  await expect(run([1, 2], { starts: [0], ends: [2, 3] })).rejects.toThrow(
    "expected as many starts as ends and axes, received 1, 2 and 1",
  );
});
