import { beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import type { ConvOptions } from "../../ops/conv/convolution.js";
import { tanh } from "../../ops/tanh.js";
import { Generator } from "../../random/generator.js";
import { type BlockedBuild, blockedRuntime, checkBlocked, normals } from "./testing/checkBlocked.js";

let here = false;
beforeAll(async () => {
  here = (await blockedRuntime()).device.namedBlocks === true;
});

interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly options: ConvOptions;
  readonly bias: boolean;
}

/** Sizes that fit together, drawn from a seed: odd ones, strides, dilations, pads of all kinds, depthwise ones. */
function drawn(seed: number): Case {
  const random = new Generator(seed);
  const one = (...list: number[]): number => list[random.integer(list.length)] as number;
  const isDepthwise = random.integer(4) === 0;
  const channels = isDepthwise ? one(8, 16, 20, 32, 48) : one(1, 3, 12, 16, 17, 20, 32, 48, 64, 70);
  const out = isDepthwise ? channels : one(8, 9, 16, 18, 32, 33, 64);
  const kernel = [one(1, 1, 2, 3, 3, 3, 4), one(1, 1, 2, 3, 3, 3, 5)];
  const [strides, dilations] = [
    [one(1, 1, 1, 2, 3), one(1, 1, 1, 2)],
    [one(1, 1, 1, 2), one(1, 1, 1, 3)],
  ];
  const reach = kernel.map((size, axis) => (size - 1) * (dilations[axis] as number) + 1);
  const pads = [0, 1, 2, 3].map((place) => random.integer(Math.min(3, reach[place % 2] as number)));
  const sizes = reach.map((size) => size + one(0, 1, 2, 5, 8, 9, 13));
  return {
    x: [one(1, 3, 8, 9, 16, 17, 24, 32), channels, ...sizes],
    w: [out, isDepthwise ? 1 : channels, ...kernel],
    options: { strides, dilations, pads, group: isDepthwise ? channels : 1 },
    bias: random.integer(2) === 0,
  };
}

const build =
  (options: ConvOptions): BlockedBuild =>
  (convolve, x, w, bias) =>
    tanh(convolve(x as Value, w as Value, bias, options));

const check = ({ x, w, options, bias }: Case): Promise<readonly unknown[]> => {
  const scale = 1 / Math.sqrt((w[1] as number) * (w[2] as number) * (w[3] as number));
  const inputs = [normals(1, x), normals(2, w, scale), ...(bias ? [normals(3, [w[0] as number])] : [])];
  return checkBlocked(build(options), inputs);
};

describe("a convolution in blocks, its gradients too", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "equals that of plain operators: draw %i",
    async (seed) => {
      if (here) await check(drawn(seed));
    },
  );

  const same: ConvOptions = { pads: [1, 1, 1, 1] };
  const forms: [string, Case][] = [
    ["rows", { x: [32, 32, 20, 20], w: [48, 32, 3, 3], options: same, bias: true }],
    ["images", { x: [16, 16, 9, 7], w: [16, 16, 3, 3], options: same, bias: true }],
    [
      "images of few channels",
      { x: [16, 3, 12, 12], w: [32, 3, 5, 5], options: { pads: [2, 2, 2, 2] }, bias: false },
    ],
    ["transforms", { x: [16, 64, 8, 9], w: [64, 64, 3, 3], options: same, bias: true }],
    [
      "transforms of a batch that fills no block",
      { x: [9, 64, 4, 4], w: [80, 64, 3, 3], options: same, bias: true },
    ],
    [
      "rows of a window that lies beyond the image",
      {
        x: [16, 32, 8, 8],
        w: [64, 32, 3, 3],
        options: { dilations: [12, 12], pads: [12, 12, 12, 12] },
        bias: true,
      },
    ],
    [
      "a window larger than the image",
      { x: [16, 32, 2, 1], w: [32, 32, 7, 7], options: { pads: [3, 3, 3, 3] }, bias: true },
    ],
    ["strips of rows", { x: [4, 64, 11, 9], w: [64, 64, 3, 3], options: same, bias: true }],
    [
      "strips of rows with strides",
      { x: [2, 32, 17, 9], w: [32, 32, 3, 3], options: { ...same, strides: [2, 2] }, bias: false },
    ],
    ["depthwise", { x: [5, 32, 9, 11], w: [32, 1, 3, 3], options: { ...same, group: 32 }, bias: true }],
    ["products of blocks", { x: [3, 128, 9, 7], w: [16, 128, 1, 1], options: {}, bias: true }],
    [
      "products of blocks that are not full",
      { x: [2, 44, 5, 6], w: [24, 44, 1, 1], options: {}, bias: false },
    ],
    [
      "products of blocks with all channels",
      { x: [4, 24, 6, 5], w: [144, 24, 1, 1], options: {}, bias: true },
    ],
    ["products of all", { x: [5, 70, 6, 7], w: [90, 70, 1, 1], options: {}, bias: true }],
    [
      "one element with strides",
      { x: [16, 32, 9, 9], w: [32, 32, 1, 1], options: { strides: [2, 2] }, bias: false },
    ],
  ];
  it.each(forms)("by %s", async (_, one) => {
    if (!here) return;
    const named = await check(one);
    expect(named.length).toBeGreaterThan(4);
  });
});
