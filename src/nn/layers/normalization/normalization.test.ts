import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { groupNormalization } from "./groupNormalization.js";
import { layerNormalization } from "./layerNormalization.js";
import { rmsNormalization } from "./rmsNormalization.js";
import { unitNormalization } from "./unitNormalization.js";

describe("normalisations are Keras's", () => {
  testLayerGoldens("normalization", {
    layerNormalization,
    rmsNormalization,
    unitNormalization,
    groupNormalization,
  });
});

describe("normalisations", () => {
  it("keep open sizes open", () => {
    const x = input({ shape: [null, 4] });
    expect(layerNormalization()(x).shape).toEqual([null, null, 4]);
    expect(rmsNormalization()(x).shape).toEqual([null, null, 4]);
    expect(unitNormalization({ axis: 1 })(x).shape).toEqual([null, null, 4]);
    expect(groupNormalization({ groups: 2 })(x).shape).toEqual([null, null, 4]);
    const bare = layerNormalization({ axis: 1, center: false, scale: false });
    expect(bare(x).shape).toEqual([null, null, 4]);
  });

  it("let a mask through", async () => {
    const { masks } = await runLayer(layerNormalization(), [[[[1], [2]]]], { masks: [[[true, false]]] });
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 0));
  });

  it("leave zeros at zero", async () => {
    const { outputs } = await runLayer(unitNormalization(), [
      [
        [0, 0],
        [3, 4],
      ],
    ]);
    expect(Array.from(outputs[0]?.data as Float32Array)).toEqual([0, 0, Math.fround(0.6), Math.fround(0.8)]);
  });

  it("keep their precision far from zero", async () => {
    const { outputs } = await runLayer(layerNormalization({ epsilon: 1e-6 }), [[[4095, 4096, 4097]]]);
    const [a, b, c] = Array.from(outputs[0]?.data as Float32Array);
    expect(a).toBeCloseTo(-1.224744, 4);
    expect(b).toBeCloseTo(0, 4);
    expect(c).toBeCloseTo(1.224744, 4);
  });

  const open = input({ shape: [null, 4], name: "x" });
  it.each([
    [
      () => layerNormalization({ axis: 1, name: "norm" })(open),
      'layerNormalization "norm": expected a known size at axis 1, received [?, ?, 4] from "x"',
    ],
    [() => layerNormalization({ axis: 3 })(open), "layerNormalization: axis 3 does not exist"],
    [() => unitNormalization({ axis: [0.5] }), "axis must be a whole number or an array of them"],
    [() => layerNormalization({ eps: 1 } as never), 'layerNormalization: unknown option "eps".'],
    [
      () => groupNormalization({ groups: 3 })(open),
      'groupNormalization: the number of channels must be a multiple of groups, received 4 channels in [?, ?, 4] from "x" for 3 groups',
    ],
    [() => groupNormalization({ groups: 0 }), "groupNormalization: groups must be a whole number from 1"],
  ])("%#: refuse what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
