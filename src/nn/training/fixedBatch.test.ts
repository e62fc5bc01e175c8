import { describe, expect, it } from "vitest";
import { toNumbers } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { lambdaCallback } from "../callbacks/lambdaCallback.js";
import { bidirectional, dense, gru, input, lstm, simpleRNN, timeDistributed } from "../layers/index.js";
import { model } from "../models/model.js";

const runtime = testRuntime();

/** Adds up what comes, sample by sample of the batch, from batch to batch. */
function sums(batchSize: number, learningRate = 0) {
  const x = input({ shape: [1, 1], batchSize, name: "x" });
  const rnn = simpleRNN({
    ...{ units: 1, stateful: true, activation: "linear" },
    ...{ kernelInitializer: "ones", recurrentInitializer: "ones" },
  });
  const net = model({ inputs: x, outputs: rnn(x), runtime });
  net.compile({ optimizer: { name: "sgd", config: { learningRate } }, loss: "mae" });
  return { net, rnn };
}

const ones = (count: number): number[][][] => Array.from({ length: count }, () => [[1]]);
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

describe("a network that fixes its batch", () => {
  it("is trained, validated and measured on many batches, which need not be told", async () => {
    // Keras: loss 1.5, then 3.5.
    const { net } = sums(2);
    expect((await net.fit(ones(4), zeros(4), { epochs: 2 })).history.loss).toEqual([1.5, 3.5]);
    const again = sums(2).net;
    const options = { epochs: 2, batchSize: 2, shuffle: false, validationData: [ones(2), zeros(2)] } as const;
    // States go on through validation, as in Keras.
    expect((await again.fit(ones(4), zeros(4), options)).history).toEqual({
      loss: [1.5, 4.5],
      val_loss: [3, 6],
    });
    expect(await sums(2).net.evaluate(ones(4), zeros(4))).toEqual({ loss: 1.5 });
    expect(Array.from(toNumbers(await sums(1).net.predict(ones(3))))).toEqual([1, 2, 3]);
    const split = await sums(2).net.fit(ones(8), zeros(8), { validationSplit: 0.25 });
    expect(split.history).toEqual({ loss: [2], val_loss: [4] });
  });

  it("begins anew where its states are reset, in callbacks too", async () => {
    const { net } = sums(2);
    const reset = lambdaCallback({ onEpochBegin: () => net.resetStates() });
    expect((await net.fit(ones(4), zeros(4), { epochs: 2, callbacks: [reset] })).history.loss).toEqual([
      1.5, 1.5,
    ]);
  });

  it.each([
    [
      "fit",
      5,
      {},
      'fit: input "x" fixes the batch at 2, and 5 samples to train on leave a batch of 1. Leave 1 out, or give 1 more.',
    ],
    [
      "fit",
      4,
      { batchSize: 4 },
      'fit: batchSize is 4, and input "x" fixes the batch at 2. Leave batchSize out, or build',
    ],
    ["fit", 4, { validationSplit: 0.25 }, "3 samples to train on leave a batch of 1"],
    ["fit", 4, { validationData: [ones(3), zeros(3)] }, "3 samples to validate on leave a batch of 1"],
    ["fit", 4, { validationBatchSize: 1, validationSplit: 0.5 }, "fit: batchSize is 1"],
    [
      "fit",
      4,
      { shuffle: true },
      "fit: simpleRNN carries its states from batch to batch, which shuffle would tear apart. Leave shuffle out",
    ],
    ["evaluate", 3, {}, 'evaluate: input "x" fixes the batch at 2, and 3 samples leave a batch of 1.'],
    ["evaluate", 4, { batchSize: 3 }, "evaluate: batchSize is 3"],
    ["predict", 1, {}, 'predict: input "x" fixes the batch at 2, and 1 sample leaves a batch of 1.'],
    ["predict", 4, { batchSize: 1 }, "predict: batchSize is 1"],
    ["trainOnBatch", 4, {}, 'trainOnBatch: input "x" fixes the batch at 2, received 4 samples.'],
  ] as const)("%s of %i samples with %j", async (method, count, options, message) => {
    const { net } = sums(2);
    const run =
      method === "predict"
        ? net.predict(ones(count), options as never)
        : net[method](ones(count), zeros(count) as never, options as never);
    await expect(run).rejects.toThrow(message);
  });

  it("names the batch of a source that is of another size", async () => {
    const source = () => [[ones(2), zeros(2)] as const, [ones(1), zeros(1)] as const];
    await expect(sums(2).net.fit(source)).rejects.toThrow(
      'fit: batch 1: input "x" fixes the batch at 2, received 1 samples.',
    );
  });

  it("goes on where it stood, states included", async () => {
    const options = { epochs: 3, callbacks: [] };
    const whole = sums(2, 0.01).net;
    await whole.fit(ones(6), zeros(6), options);
    const parts = sums(2, 0.01).net;
    const { position } = await parts.fit(ones(6), zeros(6), { epochs: 1 });
    const again = sums(2, 0.01).net;
    for (const [index, layer] of again.layers.entries())
      layer.setWeights(parts.layers[index]?.getWeights() ?? []);
    await again.fit(ones(6), zeros(6), { ...options, resume: position });
    const weights = (net: typeof whole) => net.variables.map(({ variable }) => variable.value.data);
    expect(weights(again)).toEqual(weights(whole));
  });
});

describe("resetStates", () => {
  const stateful = { units: 2, stateful: true, returnSequences: true } as const;
  it.each([
    ["lstm", () => lstm(stateful)],
    ["gru", () => gru(stateful)],
    ["bidirectional", () => bidirectional({ layer: lstm(stateful) })],
    [
      "a model",
      () => {
        const inner = input({ shape: [3, 2], batchSize: 2 });
        return model({ inputs: inner, outputs: gru(stateful)(inner) }).asLayer();
      },
    ],
  ])("of a network goes down to %s", async (_, make) => {
    const x = input({ shape: [3, 2], batchSize: 2 });
    const layer = make();
    const net = model({
      inputs: x,
      outputs: timeDistributed({ layer: dense({ units: 1 }) })(layer(x)),
      runtime,
    });
    expect(layer.layer.isStateful).toBe(true);
    const data = [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [0, 1],
        [1, 0],
        [2, 2],
      ],
    ];
    const [first, second] = [await net.predict(data), await net.predict(data)];
    expect(second.data).not.toEqual(first.data);
    net.resetStates();
    expect((await net.predict(data)).data).toEqual(first.data);
  });
});
