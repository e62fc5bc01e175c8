import { describe, expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { squared } from "../../testing/squared.js";
import { varied } from "../../testing/varied.js";
import { type AveragePoolOptions, averagePool } from "./averagePool.js";

const build =
  (options: AveragePoolOptions) =>
  (x: Value): Value =>
    averagePool(x, options);

describe("gradients", () => {
  const padded = { kernelShape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
  it.each([
    ["tiles with a rest", { kernelShape: [2, 2], strides: [2, 2] }],
    ["pads", padded],
    ["pads that count, and ceil", { ...padded, countIncludePad: true, ceilMode: true }],
    ["dilations", { kernelShape: [2, 2], dilations: [2, 3] }],
    ["automatic pads", { kernelShape: [2, 3], autoPad: "SAME_LOWER" }],
  ] as [string, AveragePoolOptions][])("agrees with differences, twice: %s", async (_, options) => {
    await checkGradient(squared(build(options)), [varied([1, 2, 5, 4])], { second: true, float32: true });
  });
});

it("takes one pixel, a window as large as the image, and an empty batch", async () => {
  expectClose(await evaluateOne(build({ kernelShape: [1, 1] }), Tensor.full([1, 1, 1, 1], -3)), [[[[-3]]]]);
  expectClose(await evaluateOne(build({ kernelShape: [2, 3] }), Tensor.full([1, 1, 2, 3], 4)), [[[[4]]]]);
  const empty = Tensor.zeros([0, 2, 4, 4]);
  expect((await evaluateOne(gradientBuild(build({ kernelShape: [3, 3] })), empty)).shape).toEqual([
    0, 2, 4, 4,
  ]);
});

it("refuses a window larger than the image", () => {
  expect(() => buildGraph(build({ kernelShape: [5, 2] }), [Tensor.zeros([1, 1, 4, 4])])).toThrow(
    'AveragePool "AveragePool" (float32[1, 1, 4, 4]): the window of [5, 2] is larger than the image of [4, 4]',
  );
});
