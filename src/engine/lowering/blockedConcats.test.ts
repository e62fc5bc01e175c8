import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { concat } from "../ops/concat.js";
import { conv } from "../ops/conv/conv.js";
import type { ConvOptions } from "../ops/conv/convolution.js";
import { relu } from "../ops/relu.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { blockedConcats } from "./blockedConcats.js";
import { anyDevice } from "./device.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [blockedConcats(anyDevice)] };
/** Whole numbers, so that sums are exact in any order. */
const single = (shape: Shape): Tensor =>
  new Tensor(
    "float32",
    shape,
    Float32Array.from(varied(shape).data, (value) => Math.round(8 * value)),
  );
const a = single([2, 16, 5, 6]);
const b = single([2, 32, 5, 6]);
const weights = single([5, 48, 3, 3]);
const bias = single([5]);

const build =
  (options: ConvOptions = {}, own?: Tensor) =>
  (...parts: Value[]): Value =>
    conv(concat(parts, { axis: 1 }), weights, own, options);

describe("convolves part by part", () => {
  it.each<[string, ConvOptions]>([
    ["plainly", {}],
    ["with pads and strides", { pads: [1, 0, 1, 1], strides: [2, 1] }],
    ["with dilations", { dilations: [2, 1] }],
  ])("%s", async (_, options) => {
    for (const own of [undefined, bias]) {
      const types = await rewritten(rules, build(options, own), a, b);
      expect(types).toEqual(["Slice", "Conv", "Slice", "Conv", "Sum"]);
    }
  });
});

describe("where blocks can be named", () => {
  const named = { nodes: [blockedConcats({ channelBlocks: true, namedBlocks: true })] };

  it("convolves part by part with weights of one element that change, whatever else uses the whole", async () => {
    const fed = (x?: Value, y?: Value, w?: Value): Value[] => {
      const whole = concat([x as Value, y as Value], { axis: 1 });
      return [conv(whole, w as Value, bias, { strides: [2, 1] }), relu(whole)];
    };
    const types = await rewritten(named, fed, a, b, single([5, 48, 1, 1]));
    expect(types).toEqual(["Concat", "Slice", "Conv", "Slice", "Conv", "Sum", "Relu"]);
    expect(await rewritten(named, fed, a, b, single([5, 48, 2, 1]))).not.toContain("Sum");
  });
});

describe("leaves", () => {
  const left = ["Concat", "Conv"];

  it("parts that fill no blocks, and more than two", async () => {
    expect(await rewritten(rules, build(), single([2, 8, 5, 6]), single([2, 40, 5, 6]))).toEqual(left);
    expect(await rewritten(rules, build(), a, a, a)).toEqual(left);
  });

  it("groups", async () => {
    const grouped = (...parts: Value[]): Value =>
      conv(concat(parts, { axis: 1 }), single([6, 24, 3, 3]), undefined, { group: 2 });
    expect(await rewritten(rules, grouped, a, b)).toEqual(left);
  });

  it("parts put together along other axes", async () => {
    const below = (...parts: Value[]): Value => conv(concat(parts, { axis: 2 }), single([5, 16, 3, 3]));
    expect(await rewritten(rules, below, a, a)).toEqual(left);
  });

  it("weights and biases that are inputs", async () => {
    const fed = (x?: Value, y?: Value, w?: Value): Value =>
      conv(concat([x as Value, y as Value], { axis: 1 }), w as Value);
    expect(await rewritten(rules, fed, a, b, weights)).toEqual(left);
    const biased = (x?: Value, y?: Value, own?: Value): Value =>
      conv(concat([x as Value, y as Value], { axis: 1 }), weights, own as Value);
    expect(await rewritten(rules, biased, a, b, bias)).toEqual(left);
  });

  it("lines", async () => {
    const lines = (...parts: Value[]): Value => conv(concat(parts, { axis: 1 }), single([5, 32, 3]));
    expect(await rewritten(rules, lines, single([1, 16, 7]), single([1, 16, 7]))).toEqual(left);
  });

  it("what something else uses, and what was changed in between", async () => {
    const shared = (...parts: Value[]): Value[] => {
      const whole = concat(parts, { axis: 1 });
      return [conv(whole, weights), whole];
    };
    expect(await rewritten(rules, shared, a, b)).toEqual(left);
    const rectified = (...parts: Value[]): Value => conv(relu(concat(parts, { axis: 1 })), weights);
    expect(await rewritten(rules, rectified, a, b)).toEqual(["Concat", "Relu", "Conv"]);
  });
});
