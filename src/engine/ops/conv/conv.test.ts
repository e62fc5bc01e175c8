import { describe, expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { squared } from "../../testing/squared.js";
import { varied } from "../../testing/varied.js";
import { conv } from "./conv.js";
import type { ConvOptions } from "./convolution.js";

const build =
  (options: ConvOptions) =>
  (x?: Value, w?: Value, bias?: Value): Value =>
    conv(x as Value, w as Value, bias, options);
const single = (x: Tensor): Tensor => x.cast("float32");

describe("gradients", () => {
  const cases: [string, ConvOptions, number[], number[]][] = [
    ["plain", {}, [2, 2, 4, 4], [3, 2, 3, 3]],
    ["pads and strides", { pads: [1, 0, 2, 1], strides: [2, 1] }, [1, 2, 5, 4], [2, 2, 3, 2]],
    ["strides that leave a rest", { strides: [3, 2] }, [1, 1, 6, 6], [2, 1, 2, 3]],
    ["strides beyond the window", { strides: [3, 3] }, [1, 2, 5, 8], [2, 2, 1, 2]],
    ["pads beyond the window", { pads: [2, 2, 2, 2] }, [1, 2, 2, 2], [2, 2, 2, 1]],
    ["dilations", { dilations: [2, 1], pads: [1, 1, 1, 1] }, [1, 2, 5, 4], [2, 2, 2, 3]],
    ["groups", { group: 2, strides: [2, 1] }, [2, 4, 4, 3], [6, 2, 2, 2]],
    ["depthwise", { group: 3, pads: [1, 1, 1, 1] }, [2, 3, 4, 4], [3, 1, 3, 3]],
    ["depthwise with a multiplier", { group: 2, strides: [2, 2] }, [1, 2, 5, 5], [4, 1, 3, 3]],
    ["pointwise", {}, [2, 3, 2, 2], [4, 3, 1, 1]],
    ["many channels", { strides: [2, 1], dilations: [1, 2], pads: [1, 0, 0, 1] }, [1, 8, 5, 6], [2, 8, 2, 2]],
    ["many channels in groups", { group: 2, strides: [2, 2] }, [2, 16, 4, 4], [4, 8, 3, 1]],
    ["1-D", { strides: [2], pads: [1, 0] }, [2, 2, 5], [2, 2, 3]],
    ["3-D", { strides: [1, 2, 1] }, [1, 2, 2, 3, 3], [2, 2, 2, 2, 2]],
  ];
  it.each(cases)("agrees with differences, twice: %s", async (_, options, x, w) => {
    const inputs = [varied(x), varied(w), varied([w[0] as number])];
    await checkGradient(squared(build(options)), inputs, { second: true, float32: true });
  });
});

it("works out automatic pads, with dilations too", async () => {
  const [x, w] = [single(varied([1, 1, 4, 5])), single(varied([1, 1, 2, 2]))];
  const pads = (autoPad: "SAME_UPPER" | "SAME_LOWER" | "VALID", dilations = [1, 1]) =>
    evaluateOne(build({ autoPad, dilations }), x, w);
  expectClose(await pads("SAME_UPPER"), await evaluateOne(build({ pads: [0, 0, 1, 1] }), x, w));
  expectClose(await pads("SAME_LOWER"), await evaluateOne(build({ pads: [1, 1, 0, 0] }), x, w));
  expectClose(await pads("VALID"), await evaluateOne(build({}), x, w));
  const dilations = [2, 3];
  expectClose(
    await pads("SAME_UPPER", dilations),
    await evaluateOne(build({ pads: [1, 1, 1, 2], dilations }), x, w),
  );
});

describe("extremes", () => {
  it("takes an image of one pixel, and a kernel as large as the image", async () => {
    expectClose(await evaluateOne(build({}), Tensor.full([1, 1, 1, 1], 3), Tensor.full([1, 1, 1, 1], 2)), [
      [[[6]]],
    ]);
    expectClose(await evaluateOne(build({}), Tensor.full([1, 2, 3, 3], 1), Tensor.full([1, 2, 3, 3], 2)), [
      [[[36]]],
    ]);
  });

  it("takes an empty batch, forwards and backwards", async () => {
    const [x, w] = [Tensor.zeros([0, 2, 4, 4]), Tensor.full([3, 2, 3, 3], 1)];
    expect((await evaluateOne(build({}), x, w)).shape).toEqual([0, 3, 2, 2]);
    expect((await evaluateOne(gradientBuild(build({})), x, w)).shape).toEqual([0, 2, 4, 4]);
  });

  it("keeps NaN to the windows that see it", async () => {
    const x = new Tensor("float32", [1, 1, 1, 4], Float32Array.of(Number.NaN, 1, 2, 3));
    expectClose(await evaluateOne(build({}), x, Tensor.full([1, 1, 1, 2], 1)), [[[[Number.NaN, 3, 5]]]]);
  });
});

describe("refuses", () => {
  const graphOf =
    (x: number[], w: number[], options: ConvOptions = {}, bias?: number[]) =>
    () =>
      buildGraph(
        build(options),
        [x, w, ...(bias === undefined ? [] : [bias])].map((shape) => Tensor.zeros(shape)),
      );

  it.each([
    [
      "channels that differ",
      graphOf([1, 3, 8, 8], [4, 2, 3, 3]),
      'Conv "Conv" (float32[1, 3, 8, 8], float32[4, 2, 3, 3]): the image has 3 channels, the weights [4, 2, 3, 3] are for 2',
    ],
    [
      "groups",
      graphOf([1, 4, 8, 8], [3, 2, 3, 3], { group: 2 }),
      "3 output channels cannot be shared among 2 groups",
    ],
    [
      "a kernel larger than the image",
      graphOf([1, 1, 2, 2], [1, 1, 3, 3]),
      "the window of [3, 3] is larger than the image of [2, 2]",
    ],
    [
      "strides",
      graphOf([1, 1, 8, 8], [1, 1, 3, 3], { strides: [2] }),
      "strides must be 2 numbers from 1, received [2]",
    ],
    [
      "pads",
      graphOf([1, 1, 8, 8], [1, 1, 3, 3], { pads: [1, 1] }),
      "pads must be 4 numbers from 0, received [1, 1] (before",
    ],
    [
      "a matrix",
      graphOf([4, 4], [4, 4]),
      "expected rank 3 or more (batch, channels, then at least one spatial axis), received [4, 4]",
    ],
    [
      "a bias",
      graphOf([1, 1, 4, 4], [2, 1, 3, 3], {}, [3]),
      "the bias must be [2], one for each output channel, received [3]",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
