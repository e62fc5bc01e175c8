import { describe, expect, it } from "vitest";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { model } from "../../models/model.js";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import type { Layer, LayerFunction } from "../base/layer.js";
import { dense } from "../core/dense.js";
import { embedding } from "../core/embedding.js";
import { input } from "../core/input.js";
import { masking } from "../core/masking.js";
import { batchNormalization } from "../normalization/batchNormalization.js";
import { globalAveragePooling1d } from "../pooling/globalAveragePooling1d.js";
import { globalMaxPooling1d } from "../pooling/globalMaxPooling1d.js";
import { simpleRNN } from "./simpleRNN.js";
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

const sgd = { name: "sgd", config: { learningRate: 0 } } as const;

/** `layer` as a model of it alone, and inside a wrapper of its own. */
function asModel(layer: LayerFunction, shape: readonly (number | null)[]): LayerFunction<Layer> {
  const x = input({ shape });
  return model({ inputs: x, outputs: layer(x), runtime: testRuntime() }).asLayer();
}

describe("a mask with an axis behind time", () => {
  const ids = input({ shape: [2, 3], dtype: "int32" });
  const words = (): LayerFunction => {
    const layer = embedding({ inputDim: 4, outputDim: 1, maskZero: true });
    layer(ids);
    layer.layer.setWeights([[[5], [1], [2], [3]]]);
    return layer;
  };
  const sums = (): LayerFunction =>
    simpleRNN({
      units: 1,
      activation: "linear",
      kernelInitializer: "ones",
      recurrentInitializer: "ones",
    }) as LayerFunction;

  // Keras 3.15.
  it.each([
    ["simpleRNN", sums, [3, 3]],
    ["globalAveragePooling1d", () => globalAveragePooling1d(), [1.5, 3]],
    ["globalAveragePooling1d in a model", () => asModel(globalAveragePooling1d(), [3, 1]), [1.5, 3]],
    ["simpleRNN in a model", () => asModel(sums(), [3, 1]), [3, 3]],
  ])("reaches %s", async (_name, make, expected) => {
    const outputs = timeDistributed({ layer: make() })(words()(ids));
    const net = model({ inputs: ids, outputs, runtime: testRuntime() });
    const made = await net.predict([
      [
        [1, 2, 0],
        [3, 0, 0],
      ],
    ]);
    expect([...made.data].map(Number)).toEqual(expected);
  });

  it("leaves, behind a layer in which it ends, the steps in which something counts", async () => {
    const means = timeDistributed({ layer: globalAveragePooling1d() })(words()(ids));
    const net = model({ inputs: ids, outputs: globalAveragePooling1d()(means), runtime: testRuntime() });
    const made = await net.predict([
      [
        [1, 2, 0],
        [0, 0, 0],
      ],
    ]);
    // The mean of one step; 0.75 if the step of padding counted.
    expect([...made.data].map(Number)).toEqual([1.5]);
  });

  it("is handed on by a layer that keeps it", async () => {
    const kept = timeDistributed({ layer: dense({ units: 1, kernelInitializer: "ones" }) })(words()(ids));
    const outputs = timeDistributed({ layer: globalAveragePooling1d() })(kept);
    const net = model({ inputs: ids, outputs, runtime: testRuntime() });
    const made = await net.predict([
      [
        [1, 2, 0],
        [3, 0, 0],
      ],
    ]);
    expect([...made.data].map(Number)).toEqual([1.5, 3]);
  });
});

describe("the statistics of a batch normalisation, however deep inside", () => {
  const normal = () => batchNormalization({ momentum: 0 });
  const mean = (inner: LayerFunction): number => Number(inner.layer.getWeights()[2]?.data[0]);

  // The mean of 3 and 5, the steps that are not masked: as the layer itself finds it without a wrapper.
  it.each<[string, readonly number[], (inner: LayerFunction) => LayerFunction]>([
    ["alone", [2, 1], (inner) => inner],
    ["bare", [2, 1], (inner) => timeDistributed({ layer: inner })],
    ["in a model", [2, 1], (inner) => timeDistributed({ layer: asModel(inner, [1]) })],
    [
      "in a model in a model",
      [2, 1],
      (inner) => timeDistributed({ layer: asModel(asModel(inner, [1]), [1]) }),
    ],
    ["with an axis behind time", [1, 2, 1], (inner) => timeDistributed({ layer: inner })],
    ["in two wrappers", [1, 2, 1], (inner) => timeDistributed({ layer: timeDistributed({ layer: inner }) })],
    [
      "in two wrappers and a model",
      [1, 2, 1],
      (inner) => timeDistributed({ layer: asModel(timeDistributed({ layer: inner }), [2, 1]) }),
    ],
    [
      "behind a layer in which the mask ends",
      [2, 1, 1],
      (inner) => timeDistributed({ layer: asModel(pooledThen(inner), [1, 1]) }),
    ],
  ])("count the steps that a mask leaves: %s", async (_name, shape, wrap) => {
    const inner = normal();
    const x = input({ shape });
    const outputs = wrap(inner)(masking()(x));
    const net = model({ inputs: x, outputs, runtime: testRuntime() });
    net.compile({ optimizer: sgd, loss: "mse" });
    const nested = (values: readonly number[], [size, ...rest]: readonly number[]): unknown[] =>
      size === undefined
        ? [...values]
        : Array.from({ length: size }, (_, at) => {
            const each = values.length / size;
            const own = values.slice(at * each, (at + 1) * each);
            return rest.length === 0 ? own[0] : nested(own, rest);
          });
    const data = nested([3, 0, 5, 0], [2, ...shape]) as number[][][];
    const target = nested([0, 0, 0, 0], [2, ...outputs.shape.slice(1)] as number[]) as number[][][];
    await net.fit(data, target);
    expect(mean(inner)).toBeCloseTo(4, 5);
  });

  function pooledThen(inner: LayerFunction): LayerFunction {
    const x = input({ shape: [1, 1] });
    return model({ inputs: x, outputs: inner(globalMaxPooling1d()(x)), runtime: testRuntime() }).asLayer();
  }
});

describe("what a layer inside adds to the loss", () => {
  const penalized = () =>
    dense({
      units: 1,
      kernelInitializer: "ones",
      useBias: false,
      activityRegularizer: { name: "l2", config: { l2: 1 } },
    });

  it.each<[string, () => LayerFunction]>([
    ["without the wrapper", penalized],
    ["inside", () => timeDistributed({ layer: penalized() })],
    ["in a model inside", () => timeDistributed({ layer: asModel(penalized(), [1]) })],
  ])("is a mean over the batch alone: %s", async (_name, make) => {
    const x = input({ shape: [null, 1] });
    const net = model({ inputs: x, outputs: make()(x), runtime: testRuntime() });
    net.compile({ optimizer: sgd, loss: "mae" });
    const two = [
      [[1], [2]],
      [[3], [4]],
    ];
    // (1 + 4 + 9 + 16) / 2, and twice as much for twice as many steps.
    expect((await net.evaluate(two, two)).loss).toBeCloseTo(15, 5);
    const four = two.map((steps) => [...steps, ...steps]);
    expect((await net.evaluate(four, four)).loss).toBeCloseTo(30, 5);
  });

  it("is a mean over the batch alone: in two wrappers", async () => {
    const x = input({ shape: [2, 2, 1] });
    const outputs = timeDistributed({ layer: timeDistributed({ layer: penalized() }) })(x);
    const net = model({ inputs: x, outputs, runtime: testRuntime() });
    net.compile({ optimizer: sgd, loss: "mae" });
    const data = [
      [
        [[1], [2]],
        [[3], [4]],
      ],
    ];
    expect((await net.evaluate(data, data)).loss).toBeCloseTo(30, 5);
  });
});
