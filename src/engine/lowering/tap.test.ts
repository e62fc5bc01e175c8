import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { conv } from "../ops/conv/conv.js";
import { relu } from "../ops/relu.js";
import { Tensor } from "../tensor/tensor.js";
import { buildGraph, evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { copied, type TapOptions, tap } from "./tap.js";
import { typesOf } from "./testing/checkRule.js";

const [batch, channels, rows, columns] = [2, 3, 5, 7];
const x = varied([batch, channels, rows, columns]).cast("float32");

/** What a tap takes, element by element. */
function taken({ offsets = [0, 0], strides = [1, 1], lengths, factor = 1 }: TapOptions): Tensor {
  const result = Tensor.zeros([batch, channels, ...lengths]);
  const size = lengths[0] * lengths[1];
  result.data.forEach((_, at) => {
    const [plane, place] = [Math.floor(at / size), at % size];
    const row = offsets[0] + strides[0] * Math.floor(place / lengths[1]);
    const column = offsets[1] + strides[1] * (place % lengths[1]);
    if (row < 0 || row >= rows || column < 0 || column >= columns) return;
    result.data[at] = factor * (x.data[(plane * rows + row) * columns + column] as number);
  });
  return result;
}

describe("tap", () => {
  it.each<[string, TapOptions]>([
    ["the whole, negated", { lengths: [5, 7], factor: -1 }],
    ["less", { lengths: [3, 6] }],
    ["one element", { lengths: [1, 1] }],
    ["zeros behind", { lengths: [7, 8] }],
    ["from further on", { offsets: [2, 1], lengths: [3, 6] }],
    ["from further on, zeros behind", { offsets: [2, 1], lengths: [5, 7] }],
    ["from before the image", { offsets: [-1, -3], lengths: [5, 7] }],
    ["from before the image to behind it", { offsets: [-2, -1], lengths: [9, 9] }],
    ["from before one side and within the other", { offsets: [-1, 2], lengths: [2, 9], factor: 3 }],
    ["only zeros before", { offsets: [-3, 0], lengths: [2, 7] }],
    ["only zeros behind", { offsets: [0, 8], lengths: [5, 2] }],
    ["every other", { strides: [2, 2], lengths: [3, 4] }],
    ["every other of the even ones", { offsets: [1, 1], strides: [2, 2], lengths: [2, 3] }],
    ["every third, with a factor", { offsets: [1, 0], strides: [3, 3], lengths: [2, 3], factor: -0.5 }],
    ["every other, the last ones left", { strides: [2, 3], lengths: [1, 1] }],
    ["every other, zeros behind", { offsets: [1, 2], strides: [2, 2], lengths: [4, 5] }],
    ["every other from before the image", { offsets: [-1, -2], strides: [2, 3], lengths: [4, 3] }],
    ["strides as large as the image", { offsets: [4, 6], strides: [5, 7], lengths: [2, 2] }],
  ])("takes %s", async (_, options) => {
    const build = (image: Value): Value => tap(image, options);
    expectClose(await evaluateOne(build, x), taken(options), { relative: 0, absolute: 0 });
    expect(typesOf(buildGraph(build, [x]).graph)).toEqual(["Conv"]);
  });

  it("gives the image itself where there is nothing to do", () => {
    const { inputs, outputs } = buildGraph((image) => tap(image, { lengths: [5, 7] }), [x]);
    expect(outputs[0]).toBe(inputs[0]);
  });
});

describe("copied", () => {
  it("is a convolution that changes nothing", async () => {
    expectClose(await evaluateOne(copied, x), x, { relative: 0, absolute: 0 });
    const behindRelu = buildGraph((image) => copied(relu(image)), [x]);
    expect(typesOf(behindRelu.graph)).toEqual(["Relu", "Conv"]);
  });

  it("leaves the result of a convolution", () => {
    const weights = varied([4, channels, 1, 1]).cast("float32");
    const { graph } = buildGraph((image) => copied(conv(image, weights)), [x]);
    expect(typesOf(graph)).toEqual(["Conv"]);
  });
});
