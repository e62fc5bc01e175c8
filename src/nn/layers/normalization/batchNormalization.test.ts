import { describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { batchNormalization } from "./batchNormalization.js";

describe("batchNormalization is Keras's", () => {
  testLayerGoldens("batchNormalization", { batchNormalization });
});

const x = new Tensor("float32", [2, 1], Float32Array.of(1, 3));

describe("batchNormalization", () => {
  it("moves its statistics in training, by one hundredth of the way", async () => {
    const layer = batchNormalization();
    await runLayer(layer, [x], { training: true });
    const [, , mean, variance] = layer.layer.getWeights() as [Tensor, Tensor, Tensor, Tensor];
    expect(mean.item()).toBeCloseTo(0.02, 6);
    expect(variance.item()).toBeCloseTo(0.99 + 0.01, 6);
  });

  it.each([
    ["outside training", batchNormalization(), false],
    ["while it is frozen", batchNormalization({ trainable: false }), true],
  ] as const)("keeps its statistics and uses them %s", async (_, layer, training) => {
    const { outputs } = await runLayer(layer, [x], { training });
    expect(layer.layer.getWeights()[2]?.item()).toBe(0);
    expect(outputs[0]?.data[0]).toBeCloseTo(1 / Math.sqrt(1.001), 6);
  });

  it("names its variables and what is trained", () => {
    const layer = batchNormalization();
    expect(layer(input({ shape: [null, 3] })).shape).toEqual([null, null, 3]);
    expect(layer.layer.variables.map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
      ["gamma", [3], true],
      ["beta", [3], true],
      ["movingMean", [3], false],
      ["movingVariance", [3], false],
    ]);
  });

  it.each([
    [() => batchNormalization({ momentum: 2 }), "batchNormalization: momentum must be a number"],
    [
      () => batchNormalization({ axis: 1 })(input({ shape: [null, 3], name: "x" })),
      'batchNormalization: expected a known size at axis 1, received [?, ?, 3] from "x"',
    ],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
