import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { conv } from "../ops/conv/conv.js";
import type { ConvOptions } from "../ops/conv/convolution.js";
import { convTranspose } from "../ops/conv/convTranspose.js";
import { relu } from "../ops/relu.js";
import { split } from "../ops/split.js";
import { transpose } from "../ops/transpose.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { anyDevice } from "./device.js";
import { splitConvolutions } from "./splitConvolutions.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [splitConvolutions(anyDevice)] };
const single = (shape: Shape): Tensor => varied(shape).cast("float32");
const x = single([2, 4, 5, 6]);
const weights = single([48, 4, 3, 3]);
const bias = single([48]);
const sizes = [16, 32];

const build =
  (options: ConvOptions = {}, given: readonly number[] = sizes, own?: Tensor) =>
  (image?: Value): Value[] =>
    split(conv(image as Value, weights, own, options), { axis: 1, sizes: given });

describe("convolves for each piece", () => {
  it.each<[string, ConvOptions]>([
    ["plainly", {}],
    ["with pads and strides", { pads: [1, 0, 1, 1], strides: [2, 1] }],
    ["with dilations", { dilations: [2, 1] }],
  ])("%s", async (_, options) => {
    expect(await rewritten(rules, build(options), x)).toEqual(["Slice", "Conv", "Slice", "Conv"]);
    const types = await rewritten(rules, build(options, [16, 16, 16], bias), x);
    expect(types).toEqual(["Slice", "Slice", "Conv", "Slice", "Slice", "Conv", "Slice", "Slice", "Conv"]);
  });

  it("with weights that are rearranged, in one dimension", async () => {
    const swapped = (image?: Value): Value[] => {
      const turned = transpose((image as Value).graph.constant(single([4, 32, 3])), [1, 0, 2]);
      return split(conv(image as Value, turned), { axis: 1, sizes: [16, 16] });
    };
    const types = await rewritten(rules, swapped, single([1, 4, 7]));
    expect(types).toEqual(["Transpose", "Slice", "Conv", "Slice", "Conv"]);
  });
});

describe("where blocks can be named", () => {
  const named = { nodes: [splitConvolutions({ channelBlocks: true, namedBlocks: true })] };

  it("convolves by weights that change, back as well", async () => {
    const fed = (image?: Value, w?: Value, b?: Value): Value[] =>
      split(conv(image as Value, w as Value, b as Value), { axis: 1, sizes });
    expect(await rewritten(named, fed, x, weights, bias)).not.toContain("Split");
    const back = (slopes?: Value, w?: Value): Value[] =>
      split(convTranspose(slopes as Value, w as Value, undefined, { strides: [2, 1], pads: [1, 0, 0, 1] }), {
        axis: 1,
        sizes: [32, 16],
      });
    const types = await rewritten(named, back, single([2, 6, 4, 5]), single([6, 48, 3, 2]));
    expect(types).toEqual(["Slice", "ConvTranspose", "Slice", "ConvTranspose"]);
    expect(await rewritten(rules, back, single([2, 6, 4, 5]), single([6, 48, 3, 2]))).toContain("Split");
  });
});

describe("leaves", () => {
  it("pieces that fill no blocks", async () => {
    expect(await rewritten(rules, build({}, [8, 40]), x)).toEqual(["Conv", "Split"]);
  });

  it("groups", async () => {
    const grouped = (image?: Value): Value[] =>
      split(conv(image as Value, single([32, 1, 3, 3]), undefined, { group: 4 }), {
        axis: 1,
        sizes: [16, 16],
      });
    expect(await rewritten(rules, grouped, x)).toEqual(["Conv", "Split"]);
  });

  it("splits along other axes", async () => {
    const rows = (image?: Value): Value[] => split(conv(image as Value, weights), { axis: 2, sizes: [1, 2] });
    expect(await rewritten(rules, rows, x)).toEqual(["Conv", "Split"]);
  });

  it("weights and biases that are inputs", async () => {
    const fed = (image?: Value, w?: Value): Value[] =>
      split(conv(image as Value, w as Value), { axis: 1, sizes });
    expect(await rewritten(rules, fed, x, weights)).toEqual(["Conv", "Split"]);
    const biased = (image?: Value, b?: Value): Value[] =>
      split(conv(image as Value, weights, b as Value), { axis: 1, sizes });
    expect(await rewritten(rules, biased, x, bias)).toEqual(["Conv", "Split"]);
  });

  it("what something else uses, or no convolution gave", async () => {
    const shared = (image?: Value): Value[] => {
      const whole = conv(image as Value, weights);
      return [...split(whole, { axis: 1, sizes }), whole];
    };
    expect(await rewritten(rules, shared, x)).toEqual(["Conv", "Split"]);
    const rectified = (image?: Value): Value[] =>
      split(relu(conv(image as Value, weights)), { axis: 1, sizes });
    expect(await rewritten(rules, rectified, x)).toEqual(["Conv", "Relu", "Split"]);
  });
});
