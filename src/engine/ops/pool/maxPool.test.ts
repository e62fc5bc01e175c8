import { describe, expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { writeModel } from "../../onnx/write/write.js";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { buildGraph, evaluate, evaluateOne, gradientBuild } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { squared } from "../../testing/squared.js";
import { varied } from "../../testing/varied.js";
import { maxPool, maxPoolWithIndices } from "./maxPool.js";
import type { PoolOptions } from "./pool.js";

const build =
  (options: PoolOptions) =>
  (x: Value): Value =>
    maxPool(x, options);
const tiles = { kernelShape: [2, 2], strides: [2, 2] };
const overlapping = { kernelShape: [3, 3], strides: [2, 2] };

describe("gradients", () => {
  it.each([
    ["tiles with a rest", tiles, [2, 2, 5, 4]],
    ["windows that overlap", { ...overlapping, pads: [1, 0, 1, 1] }, [1, 2, 5, 6]],
    ["a window of dilated elements", { kernelShape: [2, 2], dilations: [2, 1] }, [1, 2, 4, 3]],
    ["3-D tiles", { kernelShape: [1, 2, 2], strides: [1, 2, 2] }, [1, 1, 2, 4, 4]],
  ] as const)("agrees with differences, twice: %s", async (_, options, shape) => {
    const step = 1e-3;
    await checkGradient(squared(build(options)), [varied(shape)], { second: true });
    await checkGradient(squared(build(options)), [varied(shape)], { second: true, float32: true, step });
  });

  it("goes to the first of equal maxima, and only to it", async () => {
    const first = [
      [
        [
          [1, 0],
          [0, 0],
        ],
      ],
    ];
    for (const value of [0, 5, -3]) {
      expectClose(await evaluateOne(gradientBuild(build(tiles)), Tensor.full([1, 1, 2, 2], value)), first);
      const one = { kernelShape: [2, 2] };
      expectClose(await evaluateOne(gradientBuild(build(one)), Tensor.full([1, 1, 2, 2], value)), first);
    }
  });

  it("adds up where windows overlap", async () => {
    const x = Tensor.zeros([1, 1, 5, 5]);
    x.data[12] = 1;
    const gradient = await evaluateOne(gradientBuild(build(overlapping)), x);
    expect(gradient.data[12]).toBe(4);
  });
});

it("gives indices in the flattened image", async () => {
  const both = (x: Value) => {
    const { values, indices } = maxPoolWithIndices(x, tiles);
    return [values, indices];
  };
  const [values, indices] = await evaluate(both, [
    [
      [
        [1, 2],
        [4, 3],
      ],
    ],
    [
      [
        [9, 7],
        [8, 6],
      ],
    ],
  ]);
  expectClose(values as Tensor, [[[[4]]], [[[9]]]]);
  expectClose(indices as Tensor, tensor([[[[2]]], [[[4]]]], { dtype: "int64" }));
});

it("leaves indices out of the file where nothing uses them", () => {
  const bytes = (options: PoolOptions, withIndices: boolean) => {
    const both = (x: Value) => Object.values(maxPoolWithIndices(x, options)).slice(0, withIndices ? 2 : 1);
    return Buffer.from(writeModel(buildGraph(both, [Tensor.zeros([1, 1, 4, 4])]).graph)).toString("latin1");
  };
  expect(bytes(tiles, true)).toContain("y1");
  expect(bytes(tiles, false)).not.toContain("maxpool_1");
});

describe("extremes", () => {
  it("takes one pixel, infinities and an empty batch", async () => {
    const one = { kernelShape: [1, 1] };
    expectClose(await evaluateOne(build(one), [[[[-3]]]]), [[[[-3]]]]);
    const x = [
      [
        [
          [Number.POSITIVE_INFINITY, 1],
          [2, Number.NEGATIVE_INFINITY],
        ],
      ],
    ];
    expectClose(await evaluateOne(build(tiles), x), [[[[Number.POSITIVE_INFINITY]]]]);
    expectClose(await evaluateOne(gradientBuild(build(tiles)), x), [
      [
        [
          [1, 0],
          [0, 0],
        ],
      ],
    ]);
    for (const options of [tiles, overlapping]) {
      const empty = Tensor.zeros([0, 2, 4, 4]);
      expect((await evaluateOne(build(options), empty)).shape[0]).toBe(0);
      expect((await evaluateOne(gradientBuild(build(options)), empty)).shape).toEqual([0, 2, 4, 4]);
    }
  });
});

it("refuses what does not fit", () => {
  const call = (shape: number[], options: PoolOptions) => () =>
    buildGraph(build(options), [Tensor.zeros(shape)]);
  expect(call([1, 1, 4, 4], { kernelShape: [2] })).toThrow(
    'MaxPool "MaxPool" (float32[1, 1, 4, 4]): kernel_shape must be 2 numbers from 1, one for each spatial axis, received [2]',
  );
  expect(call([1, 1, 4, 4], { kernelShape: [2, 2], pads: [2, 0, 0, 0] })).toThrow(
    "pads [2, 0, 0, 0] must be smaller than the window [2, 2]",
  );
  expect(call([1, 1, 2, 3], { kernelShape: [3, 3] })).toThrow(
    "the window of [3, 3] is larger than the image of [2, 3] with pads [0, 0, 0, 0]",
  );
});
