import { describe, expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { squared } from "../../testing/squared.js";
import { varied } from "../../testing/varied.js";
import { type ConvTransposeOptions, convTranspose } from "./convTranspose.js";

const build =
  (options: ConvTransposeOptions) =>
  (x?: Value, w?: Value, bias?: Value): Value =>
    convTranspose(x as Value, w as Value, bias, options);

describe("gradients", () => {
  const cases: [string, ConvTransposeOptions, number[], number[], number][] = [
    ["strides and pads", { strides: [2, 1], pads: [1, 0, 0, 1] }, [2, 2, 2, 3], [2, 3, 3, 2], 3],
    ["output padding", { strides: [2, 3], outputPadding: [1, 2] }, [1, 2, 2, 2], [2, 1, 2, 2], 1],
    ["groups and dilations", { group: 2, dilations: [2, 1] }, [1, 4, 3, 2], [4, 2, 2, 2], 4],
    ["a wanted size", { strides: [2, 2], outputShape: [4, 5] }, [1, 1, 2, 2], [1, 2, 3, 3], 2],
    ["1-D", { strides: [3] }, [1, 2, 3], [2, 2, 2], 2],
  ];
  it.each(cases)("agrees with differences, twice: %s", async (_, options, x, w, out) => {
    const inputs = [varied(x), varied(w), varied([out])];
    await checkGradient(squared(build(options)), inputs, { second: true, float32: true });
  });
});

it("spreads one pixel over the kernel, and takes an empty batch", async () => {
  const kernel = new Tensor("float32", [1, 1, 2, 2], Float32Array.of(1, 2, 3, 4));
  expectClose(await evaluateOne(build({}), Tensor.full([1, 1, 1, 1], 2), kernel), [
    [
      [
        [2, 4],
        [6, 8],
      ],
    ],
  ]);
  const empty = Tensor.zeros([0, 1, 2, 2]);
  expect((await evaluateOne(build({ strides: [2, 2] }), empty, kernel)).shape).toEqual([0, 1, 4, 4]);
  expect((await evaluateOne(gradientBuild(build({})), empty, kernel)).shape).toEqual([0, 1, 2, 2]);
});

it("refuses what does not fit", () => {
  const call = (x: number[], w: number[], options: ConvTransposeOptions) => () =>
    buildGraph(build(options), [Tensor.zeros(x), Tensor.zeros(w)]);
  expect(call([1, 3, 2, 2], [2, 1, 3, 3], {})).toThrow(
    "the image has 3 channels, the weights [2, 1, 3, 3] in 1 groups are for 2",
  );
  expect(call([1, 1, 2, 2], [1, 1, 2, 2], { outputShape: [9, 9] })).toThrow(
    "output_shape [9, 9] must be 2 sizes of at most [3, 3]",
  );
  expect(call([1, 1, 1, 1], [1, 1, 2, 2], { pads: [1, 1, 1, 1] })).toThrow(
    "the pads leave nothing of the result: its sizes would be [0, 0]",
  );
});
