import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { type PadMode, pad } from "./pad.js";

const run = (values: number[], pads: number[], mode: PadMode) =>
  evaluateOne((x) => pad(x, { pads, mode }), values);

it("adds a constant, 0 unless given", async () => {
  expectClose(await run([1, 2], [1, 2], "constant"), [0, 1, 2, 0, 0]);
  const framed = await evaluateOne((x) => pad(x, { pads: [1, 0, 0, 1], value: -1 }), [[1, Number.NaN]]);
  expectClose(framed, [
    [-1, -1, -1],
    [1, Number.NaN, -1],
  ]);
});

it("cuts off with negative pads", async () => {
  expectClose(await run([1, 2, 3, 4], [-1, 1], "constant"), [2, 3, 4, 0]);
  expectClose(await run([1, 2, 3, 4], [-2, -2], "constant"), Tensor.zeros([0]));
});

it("reflects, repeats the edge and wraps around", async () => {
  expectClose(await run([1, 2, 3], [2, 1], "reflect"), [3, 2, 1, 2, 3, 2]);
  expectClose(await run([1, 2, 3], [2, 1], "edge"), [1, 1, 1, 2, 3, 3]);
  expectClose(await run([1, 2, 3], [2, 1], "wrap"), [2, 3, 1, 2, 3, 1]);
});

it.each([
  ["constant", [0, 1, 2, 1]],
  ["constant", [-1, 1, 2, -1]],
  ["constant", [-1, 0, -1, 0]],
  ["reflect", [2, 1, 1, 3]],
  ["edge", [2, 1, 1, 3]],
  ["wrap", [2, 1, 0, 3]],
] as const)("has a gradient in mode %s for %j, twice", async (mode, pads) => {
  await checkGradient(
    squared((x) => pad(x, { pads, mode })),
    [varied([3, 4])],
    { second: true },
  );
});

it("has a gradient for a value that is computed", async () => {
  await checkGradient(
    squared((x, value) => pad(x, { pads: [1, 2], value: value as Value })),
    [[1, 2], 3],
    {
      second: true,
    },
  );
});

it("takes empty tensors and integers", async () => {
  expectClose(await evaluateOne((x) => pad(x, { pads: [1, 0] }), Tensor.zeros([0])), [0]);
  const integers = await evaluateOne(
    (x) => pad(x, { pads: [1, 0], value: 7 }),
    tensor([1], { dtype: "int64" }),
  );
  expectClose(integers, tensor([7, 1], { dtype: "int64" }));
});

it("returns x where nothing is added", async () => {
  await evaluateOne(
    (x) => {
      expect(pad(x, { pads: [0, 0] })).toBe(x);
      return x;
    },
    [1],
  );
});

it("refuses pads that a mode cannot fill, and too few", async () => {
  await expect(run([1, 2], [2, 0], "reflect")).rejects.toThrow(
    'pads 2 and 0 do not fit axis 0 of size 2 in mode "reflect": expected 0 to 1',
  );
  await expect(run([1, 2], [-3, 0], "constant")).rejects.toThrow(
    'pads -3 and 0 do not fit axis 0 of size 2 in mode "constant"',
  );
  await expect(run([1, 2], [1], "constant")).rejects.toThrow(
    "expected 2 pads, for the front and the back of 1 axes, received 1",
  );
});
