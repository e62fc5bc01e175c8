import { describe, expect, it } from "vitest";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { model } from "../../models/model.js";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { dense } from "../core/dense.js";
import { input } from "../core/input.js";
import { masking } from "../core/masking.js";
import { batchNormalization } from "../normalization/batchNormalization.js";
import { timeDistributed } from "./timeDistributed.js";

const factories = { timeDistributed, dense };
const cases = layerCases("timeDistributed").filter(
  ({ config }) => (config as { layer: { layer: string } }).layer.layer in factories,
);

describe("timeDistributed", () => {
  it.each(cases)('computes "$name" as Keras does', async (golden) => {
    await checkLayerCase(golden, factories);
  });

  it("gives the shape of the inner layer for every step", () => {
    const layer = timeDistributed({ layer: dense({ units: 3 }) });
    expect(layer(input({ shape: [null, 4, 2] })).shape).toEqual([null, null, 4, 3]);
  });

  it("refuses what does not fit", () => {
    expect(() => timeDistributed({ layer: 3 as never })).toThrow(
      "timeDistributed: layer must be a layer, for example dense({ units: 10 }), received 3",
    );
    expect(() => timeDistributed({ layer: dense({ units: 3 }) })(input({ shape: [4] }))).toThrow(
      "timeDistributed: expected (batch, time, …) with at least one axis behind time, received [?, 4]",
    );
  });
});

describe("a batch normalisation inside", () => {
  const statistics = (layer: { getWeights(): readonly { readonly data: ArrayLike<number | bigint> }[] }) =>
    layer
      .getWeights()
      .slice(2)
      .map(({ data }) => [...(data as Float32Array)]);

  it("keeps its statistics where the wrapper is frozen", async () => {
    const bn = batchNormalization({ momentum: 0.5 });
    const td = timeDistributed({ layer: bn });
    td.layer.trainable = false;
    const x = input({ shape: [2, 2] });
    const net = model({ inputs: x, outputs: dense({ units: 1 })(td(x)), runtime: testRuntime() });
    net.compile({ loss: "mse" });
    await net.fit(
      [
        [
          [3, 5],
          [1, 2],
        ],
      ],
      [[[0], [0]]],
    );
    // Keras 3.15: unchanged.
    expect(statistics(bn.layer)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it("counts the steps that a mask leaves", async () => {
    const inner = batchNormalization({ momentum: 0 });
    const x = input({ shape: [2, 1] });
    const out = timeDistributed({ layer: inner })(masking()(x));
    const net = model({ inputs: x, outputs: out, runtime: testRuntime() });
    net.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: "mse" });
    await net.fit(
      [
        [[3], [0]],
        [[5], [0]],
      ],
      [
        [[0], [0]],
        [[0], [0]],
      ],
    );
    expect(statistics(inner.layer)[0]?.[0]).toBeCloseTo(4, 5);
  });
});
