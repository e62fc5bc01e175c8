import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { averagePooling1d } from "./averagePooling1d.js";
import { averagePooling2d } from "./averagePooling2d.js";
import { globalAveragePooling2d } from "./globalAveragePooling2d.js";
import { globalMaxPooling2d } from "./globalMaxPooling2d.js";
import { maxPooling1d } from "./maxPooling1d.js";
import { maxPooling2d } from "./maxPooling2d.js";

describe("pooling is Keras's", () => {
  testLayerGoldens("pooling", {
    maxPooling1d,
    maxPooling2d,
    averagePooling1d,
    averagePooling2d,
    globalAveragePooling2d,
    globalMaxPooling2d,
  });
});

describe("pooling", () => {
  const x = [
    [
      [
        [1, 2, 6],
        [5, 4, 3],
      ],
    ],
  ];

  it("takes channels first", async () => {
    const pool = maxPooling2d({ poolSize: [2, 1], dataFormat: "channelsFirst" });
    const run = await runLayer(pool, [x]);
    expect(run.outputs[0]?.shape).toEqual([1, 1, 1, 3]);
    expect([...(run.outputs[0]?.data ?? [])]).toEqual([5, 4, 6]);
    const global = globalAveragePooling2d({ dataFormat: "channelsFirst", keepdims: true });
    const [mean] = (await runLayer(global, [x])).outputs;
    expect([mean?.shape, mean?.item()]).toEqual([[1, 1, 1, 1], 3.5]);
  });

  it("strides over whole windows unless told otherwise", () => {
    const open = input({ shape: [null, 9, 2] });
    expect(averagePooling2d({ poolSize: 3 })(open).shape).toEqual([null, null, 3, 2]);
    expect(maxPooling2d({ poolSize: 3, strides: [1, 2] })(open).shape).toEqual([null, null, 4, 2]);
    expect(globalMaxPooling2d()(open).shape).toEqual([null, 2]);
    expect(globalMaxPooling2d({ keepdims: true })(open).shape).toEqual([null, 1, 1, 2]);
  });

  const image = input({ shape: [2, 9, 2], name: "x" });
  it.each([
    [
      () => maxPooling2d({ poolSize: 3, name: "pool" })(image),
      'maxPooling2d "pool": the window covers 3 × 3, which is more than there is of [?, 2, 9, 2] from "x". Take a smaller one, or padding: "same".',
    ],
    [
      () => averagePooling1d()(image),
      'averagePooling1d: expected rank 3 (batch, steps, channels), received [?, 2, 9, 2] from "x". Reshape before it, for example reshape({ targetShape: [steps, channels] }).',
    ],
    [
      () => maxPooling1d({ poolSize: [1, 2] }),
      "maxPooling1d: poolSize must be a whole number from 1, received [1,2].",
    ],
    [
      () => globalMaxPooling2d({ dataFormat: "channelsFirst", keepDims: true } as never),
      'globalMaxPooling2d: unknown option "keepDims". Did you mean "keepdims"?',
    ],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
