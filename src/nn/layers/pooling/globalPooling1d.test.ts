import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { globalAveragePooling1d } from "./globalAveragePooling1d.js";
import { globalMaxPooling1d } from "./globalMaxPooling1d.js";

describe("global pooling is Keras's", () => {
  testLayerGoldens("pooling", { globalAveragePooling1d, globalMaxPooling1d });
});

/** Channels first: one channel of three steps. */
const x = [[[1, 2, 6]]];

describe("global pooling", () => {
  it("takes channels first", async () => {
    const average = globalAveragePooling1d({ dataFormat: "channelsFirst" });
    const run = await runLayer(average, [x], { masks: [[[true, true, false]]] });
    expect(Array.from(run.outputs[0]?.data as Float32Array)).toEqual([1.5]);
    expect(run.masks).toEqual([undefined]);
    const max = await runLayer(globalMaxPooling1d({ dataFormat: "channelsFirst", keepdims: true }), [x]);
    expect(max.outputs[0]?.shape).toEqual([1, 1, 1]);
    expect(max.outputs[0]?.item()).toBe(6);
  });

  it("closes an open time", () => {
    expect(globalAveragePooling1d()(input({ shape: [null, 4] })).shape).toEqual([null, 4]);
    expect(globalMaxPooling1d({ keepdims: true })(input({ shape: [null, 4] })).shape).toEqual([null, 1, 4]);
  });

  it("wants sequences", () => {
    expect(() => globalMaxPooling1d({ name: "pool" })(input({ shape: [8, 8, 3], name: "x" }))).toThrow(
      'globalMaxPooling1d "pool": expected rank 3 (batch, steps, channels), received [?, 8, 8, 3] from "x". Reshape before it, for example reshape({ targetShape: [steps, channels] }).',
    );
  });
});
